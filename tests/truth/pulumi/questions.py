"""What the real `pulumi` does with this project's program, as docs/deploy.md says it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.clients import Clients
from firelake.infra.naming import Names
from firelake.infra.program import PROJECT
from firelake.local.ministack import ACCOUNT_ID, REGION, Ministack
from firelake.local.provision.boundary import make_boundary
from tests.truth.parts import Outcome
from tests.truth.pulumi.command import VERSION, built
from tests.truth.pulumi.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_STACK: Final = "dev"
_BOUNDARY: Final = "firelake-boundary-dev"
_LEAST_RESOURCES: Final = 150
_TABLE: Final = "aws:glue/catalogTable:CatalogTable"
_PREVIEW: Final = ("preview", "--json", "--ignore-protect")
_CLEARING: Final = ("--yes", "--clear-pending-creates")
_IMPORTING: Final = ("--yes", "--generate-code=false", "--protect=false", "--parent")
_REFUSED: Final = 1
_UNUSABLE: Final = 2


def outcomes() -> Iterator[Outcome]:
    """Deploys a lake of the embedded cloud, changes it, loses an update, and ends it.

    Raises:
        SkippedError: There is no Go, or a registry is not reached.
    """
    command = built()
    with tempfile.TemporaryDirectory(prefix="pulumi-") as name:
        folder = Path(name)
        cloud = Ministack.start(folder, records=folder / "processes")
        try:
            clients = Clients(cloud.environment())
            names = Names(PROJECT, _STACK, ACCOUNT_ID, REGION)
            make_boundary(clients, names, {"permissionsBoundary": _BOUNDARY})
            workspace = Workspace(folder / "workspace", command, cloud.environment())
            yield _Story(workspace, clients).told()
        finally:
            cloud.stop()


class _Story:
    """One stack from its first preview to its end; a step that goes wrong is told, and passed."""

    def __init__(self, workspace: Workspace, clients: Clients) -> None:
        self._run = workspace
        self._clients = clients
        self._outcome = Outcome("pulumi, this project's program", VERSION)

    def told(self) -> Outcome:
        """Goes through all of it."""
        self._run.run("stack", "init", _STACK)
        for step in (
            self._killed_update,
            self._nothing_to_do,
            self._changed_setting,
            self._refused_changes,
            self._wrong_setting,
            self._end,
            self._removed_stack,
        ):
            try:
                step()
            except Exception as error:  # noqa: BLE001 -- told beside what else goes wrong
                self._outcome.asked += 1
                self._outcome.different.append(f"{step.__name__}: {error}")
        return self._outcome

    def _is(self, what: str, found: object, *, wanted: Callable[[Any], bool] | object) -> None:
        self._outcome.asked += 1
        if wanted(found) if callable(wanted) else found == wanted:
            self._outcome.same += 1
        else:
            self._outcome.different.append(f"{what}: {found}")

    def _nothing_to_do(self) -> None:
        self._is("up again", self._run.changes("up", "--yes"), wanted=_only("same"))
        self._is("preview again", self._run.changes("preview"), wanted=_only("same"))
        self._is("refresh", self._run.changes("refresh", "--yes"), wanted=_only("same"))
        self._is("guard of no change", self._guarded()[0], wanted=0)

    def _changed_setting(self) -> None:
        self._set("transform.memoryMb", "1792")
        self._is("guard of another size", self._guarded()[0], wanted=0)
        self._is("up of another size", self._run.changes("up", "--yes"), wanted=_some("update"))
        self._set("watch.alarmEmail", "a@example.org")
        self._is("up of a subscription", self._run.changes("up", "--yes"), wanted=_some("create"))

    def _refused_changes(self) -> None:
        self._set("names.stream", "another")
        code, said = self._guarded()
        self._is("guard of a renamed stream", code, wanted=_REFUSED)
        self._is("what it names", said, wanted=_holds("-stream", "-delivery-stream"))
        self._set("isProtected", "true")
        self._is("guard of it, protected", self._guarded()[0], wanted=_REFUSED)
        self._unset("names.stream")
        self._is("up of protection", self._run.run("up", "--yes").returncode, wanted=0)
        self._set("names.stream", "another")
        code, said = self._guarded()
        self._is("guard of a protected one", code, wanted=_REFUSED)
        self._is("what it names", said, wanted=_holds("-stream", "-delivery-stream"))
        self._is("up of a protected one", self._run.run("up", "--yes").returncode, wanted=bool)
        self._unset("names.stream")
        self._unset("isProtected")
        self._is("up without protection", self._run.run("up", "--yes").returncode, wanted=0)
        self._set("stream.retentionHours", "24")
        self._is("guard of less retention", self._guarded()[0], wanted=_REFUSED)
        self._unset("stream.retentionHours")

    def _wrong_setting(self) -> None:
        self._set("delivery.batchSizeMb", "4000")
        code, said = self._guarded()
        self._is("guard of a wrong setting", code, wanted=_UNUSABLE)
        self._is("what it says", said, wanted=_holds("batchSizeMb"))
        self._is("whether it shows its code", "Traceback" in said, wanted=False)
        self._unset("delivery.batchSizeMb")

    def _killed_update(self) -> None:
        self._is("first preview", self._run.changes("preview"), wanted=_only("create"))
        self._run.kill_while(_TABLE, "up", "--yes")
        locked = self._run.run("up", "--yes")
        self._is("up after a kill", locked.stderr + locked.stdout, wanted=_holds("locked"))
        self._is("cancel", self._run.run("cancel", "--yes").returncode, wanted=0)
        pending = self._run.pending()
        self._is("pending creates", [each["type"] for each in pending], wanted=[_TABLE])
        self._is("refresh", self._run.run("refresh", *_CLEARING).returncode, wanted=0)
        self._is("pending creates", self._run.pending(), wanted=[])
        there = self._run.run("up", "--yes")
        self._is("up beside them", there.stderr + there.stdout, wanted=_holds("AlreadyExists"))
        for each in pending:
            inputs = each["inputs"]
            id_ = f"{ACCOUNT_ID}:{inputs['databaseName']}:{inputs['name']}"
            name = each["urn"].rpartition("::")[2]
            brought = self._run.run(
                "import", *_IMPORTING, f"parent={each['parent']}", each["type"], name, id_
            )
            self._is("import", brought.returncode, wanted=0)
        self._is("up after it", self._run.run("up", "--yes").returncode, wanted=0)

    def _end(self) -> None:
        self._is("destroy", self._run.changes("destroy", "--yes"), wanted=_only("delete"))
        left = {
            "tables": self._clients.call("dynamodb", "ListTables", {})["TableNames"],
            "buckets": self._clients.call("s3", "ListBuckets", {})["Buckets"],
            "databases": self._clients.call("glue", "GetDatabases", {})["DatabaseList"],
            "functions": self._clients.call("lambda", "ListFunctions", {})["Functions"],
            "streams": self._clients.call("kinesis", "ListStreams", {})["StreamNames"],
        }
        self._is("what is left", left, wanted=lambda found: not any(found.values()))

    def _removed_stack(self) -> None:
        settings = self._run.project / f"Pulumi.{_STACK}.yaml"
        removed = self._run.run("stack", "rm", "--yes", "--preserve-config", _STACK)
        self._is("stack rm", (removed.returncode, settings.exists()), wanted=(0, True))

    def _set(self, key: str, value: str) -> None:
        self._run.run("config", "set", "--path", f"{PROJECT}:{key}", value)

    def _unset(self, key: str) -> None:
        self._run.run("config", "rm", "--path", f"{PROJECT}:{key}")

    def _guarded(self) -> tuple[int, str]:
        """Lets the guard judge a preview, with the stack's history."""
        history = self._run.project / "history.json"
        told = self._run.run("stack", "history", "--json", "--page-size", "10000")
        history.write_text(told.stdout, "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "firelake.infra.replacement", "--history", str(history)],
            input=self._run.run(*_PREVIEW).stdout, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr


def _only(kind: str) -> Callable[[Mapping[str, int]], bool]:
    return lambda found: [*found] == [kind] and found[kind] >= _LEAST_RESOURCES


def _some(kind: str) -> Callable[[Mapping[str, int]], bool]:
    return lambda found: kind in found and not {*found} - {kind, "same", "update"}


def _holds(*texts: str) -> Callable[[str], bool]:
    return lambda found: all(text in found for text in texts)
