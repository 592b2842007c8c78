"""The functions that the translation knows, by family: signature, and what it becomes."""
