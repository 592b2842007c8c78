"""What `python -m ops` runs: the command line, where its script is not installed."""

from ops.cli import app

app()
