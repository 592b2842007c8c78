"""A checkout of this project in which the real `pulumi` runs, with plugins of our own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.truth.pulumi.command import PulumiCommand

_ROOT: Final = Path(__file__).parents[3]
_PLUGINS: Final = {
    "pulumi-language-python": "tests.truth.pulumi.language",
    "pulumi-resource-aws": "tests.truth.pulumi.provider",
}
_SCRIPT: Final = """#!/bin/sh
PYTHONPATH="{root}/src:{root}" exec "{python}" -m {module} "$@"
"""
_LIMIT_S: Final = 900
_QUIET_S: Final = 8


class Workspace:
    """A project, its state and its plugins in one folder."""

    def __init__(self, folder: Path, command: PulumiCommand, cloud: Mapping[str, str]) -> None:
        """Copies the project, as a fresh clone has it.

        Args:
            folder: An empty folder.
            command: The command.
            cloud: The environment of the embedded cloud.
        """
        self.project = folder / "project"
        self.project.mkdir(parents=True)
        self._records = folder / "records"
        self._binary = command.binary
        plugins = folder / "plugins"
        for path in (plugins, folder / "state", folder / "records", folder / "home"):
            path.mkdir()
        for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"):
            shutil.copy(_ROOT / name, self.project)
        shutil.copytree(_ROOT / "infra", self.project / "infra")
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_ROOT / "src", self.project / "src", ignore=ignored)
        for name, module in _PLUGINS.items():
            script = plugins / name
            script.write_text(
                _SCRIPT.format(root=_ROOT, python=sys.executable, module=module), "utf-8"
            )
            script.chmod(0o755)
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PULUMI", "PYTHONPATH"))
        }
        self._environment = {
            **kept,
            **cloud,
            "PATH": f"{plugins}:{os.environ['PATH']}",
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "truth",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "TRUTH_PULUMI_EXECUTOR": str(command.executor),
            "TRUTH_PULUMI_RECORDS": str(folder / "records"),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        return subprocess.run(
            [self._binary, *arguments, "--non-interactive"],
            cwd=self.project, env=self._environment, capture_output=True, text=True,
            timeout=_LIMIT_S, check=False,
        )  # fmt: skip

    def changes(self, *arguments: str) -> dict[str, int]:
        """Runs a command that changes something or previews it; returns how many of each kind.

        Raises:
            RuntimeError: It failed.
        """
        done = self.run(*arguments, "--json") if arguments[0] == "preview" else self.run(*arguments)
        if done.returncode:
            raise RuntimeError((done.stderr + done.stdout)[-3000:])
        if arguments[0] == "preview":
            return json.loads(done.stdout)["changeSummary"]
        last = self.last_update()
        return last["resourceChanges"]

    def last_update(self) -> dict[str, Any]:
        """Returns what the stack's history says of its last update."""
        return json.loads(self.run("stack", "history", "--json", "--page-size", "1").stdout)[0]

    def pending(self) -> list[dict[str, Any]]:
        """Returns the resources whose making was begun and whose end Pulumi does not know."""
        exported = json.loads(self.run("stack", "export").stdout)["deployment"]
        return [each["resource"] for each in exported.get("pending_operations", [])]

    def kill_while(self, type_: str, *arguments: str) -> None:
        """Kills a command while the cloud has made a resource and its answer is on its way.

        Args:
            type_: The resource's type.
            arguments: The command.
        """
        marker = self.project.parent / "held"
        held = {**self._environment, "TRUTH_PULUMI_HOLDS": f"{type_}={marker}"}
        started = subprocess.Popen(
            [self._binary, *arguments, "--non-interactive"],
            cwd=self.project, env=held, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end, made, since = time.monotonic() + _LIMIT_S, -1, time.monotonic()
        while started.poll() is None and time.monotonic() < end:
            if (now := len([*self._records.iterdir()])) != made or not marker.exists():
                made, since = now, time.monotonic()
            if time.monotonic() - since > _QUIET_S:  # all but what waits for it is made
                break
            time.sleep(0.2)
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        if not marker.exists():
            message = f"pulumi {arguments[0]} made no {type_}"
            raise RuntimeError(message)
