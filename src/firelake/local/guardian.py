"""Ends the children of a process that ends: `python -m firelake.local.guardian PID`.

Each line of the input names a folder of records. The input's end is the end of the process whose
number it was given: it holds the other end of the pipe and never closes it before.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from firelake.local.children import end_left_overs, one_at_a_time
from firelake.local.processes import identify


def main() -> None:
    """Waits until the parent ends, then ends its children."""
    # A signal to all processes of a name or a group is for those whose children these are.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    parent = identify(int(sys.argv[1]))
    named = dict.fromkeys(line.rstrip(b"\n") for line in sys.stdin.buffer)
    for folder in (Path(os.fsdecode(each)) for each in named):
        if folder.exists():
            with one_at_a_time(folder):
                end_left_overs(folder, ending=parent)


if __name__ == "__main__":
    main()
