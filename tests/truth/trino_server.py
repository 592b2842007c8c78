"""A Trino that Maven brings, kept under the user's cache, running while it is asked."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.truth.parts import CACHE, SkippedError, tool

if TYPE_CHECKING:
    from collections.abc import Generator

VERSION: Final = "398"
_SOURCES: Final = Path(__file__).parent / "trino"
_START_S: Final = 600
_JAVA: Final = ("-Duser.timezone=UTC", "--add-opens=java.base/java.nio=ALL-UNNAMED", "-Xmx1400m")


@contextmanager
def running() -> Generator[str]:
    """Gives the address of a Trino that ends with the block.

    Raises:
        SkippedError: There is no Java or no Maven, or the registry is not reached.
    """
    folder = CACHE / f"trino-{VERSION}"
    classpath = _built(folder)
    address = folder / "address"
    address.unlink(missing_ok=True)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [tool("java"), *_JAVA, "-cp", classpath, "Server", str(address)],
            stdin=subprocess.PIPE, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield _address(server, address)
    finally:
        # Its input's end is its own: it also ends when this process is killed.
        server.stdin.close()  # type: ignore[union-attr]
        try:
            server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _built(folder: Path) -> str:
    """Fetches the jars and compiles the server, once; returns the class path."""
    classes, listing = folder / "classes", folder / "classpath"
    if not listing.exists():
        classes.mkdir(parents=True, exist_ok=True)
        fetched = folder / "classpath.new"
        _run(
            tool("mvn"), "-q", "-B", "-f", str(_SOURCES / "pom.xml"), "dependency:build-classpath",
            f"-Dmdep.outputFile={fetched}", "-Dmdep.includeScope=runtime",
        )  # fmt: skip
        _run(
            tool("javac"),
            "-cp",
            fetched.read_text(),
            "-d",
            str(classes),
            str(_SOURCES / "Server.java"),
        )
        fetched.rename(listing)
    return f"{classes}:{listing.read_text()}"


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"{command[0]} failed: {done.stdout.strip().splitlines()[:1]}"
        raise SkippedError(message)


def _address(server: subprocess.Popen[bytes], address: Path) -> str:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and server.poll() is None:
        if address.exists() and (found := address.read_text()):
            return found
        time.sleep(0.2)
    message = f"Trino did not start: see {address.with_name('log')}"
    raise SkippedError(message)
