"""The function's start: size of its zip, import time of its handler, time to its first answer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from statistics import median

import boto3

from bench.measure import print_table
from firelake.infra.package import package
from firelake.infra.target import Architecture, Target, host_target

ROUNDS = 11

# Runs in a fresh interpreter, where the zip comes first and boto3's folder last.
_START = """
import sys, time
sys.path[:0], started_s = [sys.argv[1]], time.perf_counter()
import firelake.transform.handler as handler
imported_s = time.perf_counter()
import os
os.environ.update(FIRELAKE_CLAIMS_TABLE="claims", AWS_DEFAULT_REGION="us-east-1")
handler._transform()
print(imported_s - started_s, time.perf_counter() - imported_s)
"""


def start(folder: str) -> tuple[float, float]:
    """Seconds to import the handler, and to wire it on the first call.

    The zip holds no compiled files and Lambda's folder is read-only, so there as here every start
    compiles the function; boto3, which the runtime brings, is compiled.
    """
    boto3_folder = str(Path(boto3.__file__).parent.parent)
    command = [sys.executable, "-B", "-c", _START, folder]
    environment = {"PYTHONPATH": boto3_folder, "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    import_s, wire_s = done.stdout.split()
    return float(import_s), float(wire_s)


def main() -> None:
    """Prints the table."""
    host, arm64 = package(host_target()), package(Target("3.13", Architecture.ARM64))
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(host.path).extractall(folder)
        starts = [start(folder) for _ in range(ROUNDS)]
    print_table(
        f"Zip and start, medians of {ROUNDS}",
        ["what", "figure"],
        [
            ["zip for python3.13/arm64, MB", f"{arm64.size_bytes / 1e6:.2f}"],
            ["the same unpacked, MB", f"{arm64.unpacked_size_bytes / 1e6:.2f}"],
            ["import of the handler, ms", f"{1000 * median(each[0] for each in starts):.0f}"],
            ["contract, types and client, ms", f"{1000 * median(each[1] for each in starts):.0f}"],
        ],
    )


if __name__ == "__main__":
    main()
