"""Putting events back on the stream: by what is true of the lake, never twice, never lost."""
