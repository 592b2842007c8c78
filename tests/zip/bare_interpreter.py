"""Run by tests in an interpreter with nothing but the zip and boto3: the function as in Lambda."""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path


class Context:
    """What the function may ask Lambda about an invocation."""

    function_name = "firelake-transform"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:000000000000:function:firelake-transform"
    memory_limit_in_mb = 512
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def main(
    task_folder: str, runtime_folder: str, handler: str, event_file: str | None = None
) -> None:
    """Import the handler, call it if there is an event, and write what happened as a last line."""
    before = list(sys.path)
    sys.path[:0] = [task_folder, runtime_folder]
    module_name, _, function_name = handler.rpartition(".")
    # Time of the processor, as other work on this machine does not count.
    started_s = time.process_time()
    function = getattr(import_module(module_name), function_name)
    outcome = {
        "import_s": time.process_time() - started_s,
        "standard_paths": before,
        "modules": sorted(sys.modules),
        "answer": None,
    }
    if event_file is not None:
        outcome["answer"] = function(json.loads(Path(event_file).read_bytes()), Context())
    sys.stdout.write(f"\n{json.dumps(outcome)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
