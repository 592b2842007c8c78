"""What `python -m firelake` runs: the command line, where its script is not installed."""

from firelake.cli.app import app

app()
