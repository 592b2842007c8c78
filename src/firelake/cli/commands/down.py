"""The command `firelake down`."""

from __future__ import annotations

from firelake.cli.context import state_folder
from firelake.laptop.up import bring_down
from firelake.operations.terminal import print_lines


def down_command() -> None:
    """Stop this project's embedded cloud, or what a killed one left behind; its data goes too."""
    print_lines(bring_down(state_folder()) or "no embedded cloud runs for this project")
