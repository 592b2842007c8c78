"""A user's own project: what `firelake init` writes, and what a newer release would change."""
