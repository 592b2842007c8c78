"""The files of a result, as Athena writes them, and their pages."""
