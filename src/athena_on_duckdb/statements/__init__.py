"""The statements of Athena: what a text asks for, and what does it."""
