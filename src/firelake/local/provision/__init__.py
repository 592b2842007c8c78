"""Makes the resources of the program on MiniStack, each type by a function of its own."""
