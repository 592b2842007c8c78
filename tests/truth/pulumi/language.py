"""Pulumi's language host for Python, as far as a program needs it: it starts the program.

Its protocol: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2

from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
from tests.truth.pulumi.plugin import serve

if TYPE_CHECKING:
    from collections.abc import Sequence

# The program has said itself what is wrong.
_IS_TOLD = 32


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Starts programs with Pulumi's own executor, whose path the environment names."""

    def __init__(self, engine: str) -> None:
        """Takes the address of the engine."""
        self._engine = engine

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return plugin_pb2.PluginInfo(version="1.0.0")

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return language_pb2.GetRequiredPackagesResponse()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return empty_pb2.Empty()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        executor = os.environ["TRUTH_PULUMI_EXECUTOR"]
        info = request.info
        program = os.path.normpath(f"{info.program_directory}/{info.entry_point}")
        command: list[str] = [
            sys.executable, executor,
            "--monitor", request.monitor_address, "--engine", self._engine,
            "--project", request.project, "--stack", request.stack,
            "--organization", request.organization, "--pwd", request.pwd,
            "--root_directory", info.root_directory,
            "--dry_run", "true" if request.dryRun else "false",
            "--parallel", str(request.parallel), program,
        ]  # fmt: skip
        settings = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        inherited = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        done = subprocess.run(command, env={**inherited, **settings}, stdout=2, check=False)
        if done.returncode == _IS_TOLD:
            return language_pb2.RunResponse(bail=True)
        error = f"the program exited with {done.returncode}" if done.returncode else ""
        return language_pb2.RunResponse(error=error)


def main(arguments: Sequence[str]) -> None:
    """Serves until Pulumi ends it; the last argument is the engine's address."""
    host = LanguageHost(arguments[-1])
    serve(lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server))


if __name__ == "__main__":
    main(sys.argv[1:])
