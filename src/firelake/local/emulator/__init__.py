"""MiniStack's process, with what clients of the lake miss in it added before it starts."""
