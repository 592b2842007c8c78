"""The commands of `firelake`, one module a group, each with a function `add_to(app)`."""
