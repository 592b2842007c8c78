"""A microburst process: a proxy before an AWS endpoint that injects faults by rule.

The proxy is the package `microburst`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tests.helpers.loopback_server import ask, free_port, serving

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Microburst:
    """A running proxy."""

    port: int

    @property
    def endpoint(self) -> str:
        # By name: for a host with dots it looks through the models of all services, for seconds.
        return f"http://localhost:{self.port}"

    def set_rules(self, rules: Sequence[Mapping[str, object]]) -> None:
        """Replaces the rules; the first that matches a request is the one that fires."""
        ask(self.port, "POST", "/_microburst/rules", rules)

    def fired(self) -> list[int]:
        """How often each of the present rules has fired, in their order."""
        rules = cast("list[dict[str, int]]", ask(self.port, "GET", "/_microburst/rules"))
        stats = cast("dict[str, list[dict[str, int]]]", ask(self.port, "GET", "/_microburst/stats"))
        counts = {each["id"]: each["fired"] for each in stats["by_rule"]}
        return [counts.get(rule["id"], 0) for rule in rules]


@contextmanager
def microburst_before(endpoint: str) -> Generator[Microburst]:
    """Runs a proxy without rules before an endpoint."""
    port = free_port()
    command = [sys.executable, "-m", "microburst", "--upstream", endpoint, "--port", str(port)]
    with (
        tempfile.TemporaryDirectory(prefix="firelake-microburst-") as name,
        serving(
            command,
            os.environ,
            port=port,
            health="/_microburst/health",
            log=Path(name) / "microburst.log",
        ),
    ):
        yield Microburst(port)
