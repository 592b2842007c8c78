"""Builds the real `pulumi` of the module that the Go proxy serves, once."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.truth.parts import CACHE, SkippedError, tool

VERSION: Final = "3.274.1"
_COMMAND: Final = "github.com/pulumi/pulumi/pkg/v3"
_SDK: Final = "github.com/pulumi/pulumi/sdk/v3"
_STAMP: Final = f"-X {_SDK}/go/common/version.Version=v{VERSION}"


@dataclass(frozen=True, slots=True)
class PulumiCommand:
    """The command, and what Pulumi's language host starts a Python program with."""

    binary: Path
    executor: Path


def built() -> PulumiCommand:
    """Returns the command.

    Raises:
        SkippedError: There is no Go, or its proxy is not reached.
    """
    folder = CACHE / f"pulumi-{VERSION}"
    sources, binary = folder / "src", folder / "pulumi"
    go = tool("go")
    sources.mkdir(parents=True, exist_ok=True)
    if not binary.exists():
        (sources / "go.mod").write_text("module truth\n\ngo 1.25\n", "utf-8")
        _run(go, "get", f"{_COMMAND}@v{VERSION}", folder=sources)
        new = folder / "pulumi.new"
        _run(
            go, "build", "-ldflags", _STAMP, "-o", str(new), f"{_COMMAND}/cmd/pulumi",
            folder=sources,
        )  # fmt: skip
        new.rename(binary)
    told = _run(go, "mod", "download", "-json", f"{_SDK}@v{VERSION}", folder=sources)
    executor = Path(json.loads(told)["Dir"], "python/cmd/pulumi-language-python-exec")
    return PulumiCommand(binary, executor)


def _run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "GOFLAGS": "-mod=mod"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        message = f"go failed: {done.stderr.strip().splitlines()[-1:]}"
        raise SkippedError(message)
    return done.stdout
