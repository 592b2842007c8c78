"""Every command under everything that a user's machine and account can do to it.

No traceback, a word on standard error, and the exit code of docs/commands.md.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
import typer

from firelake.aws.lake_ref import REGION_VARIABLES, Fact
from firelake.cli.app import app, load_command
from tests.helpers.commands import run
from tests.helpers.contracts import LEARNING_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.helpers.queried_lake import QueriedLake

pytestmark = pytest.mark.local

NOWHERE: Final = "http://127.0.0.1:9"

# Each command as it asks AWS, and the facts of the lake without which it has nothing to ask.
ASKING: Final[Mapping[str, tuple[list[str], set[Fact]]]] = {
    "produce": (["produce", "{file}", "--patience", "0"], {Fact.STREAM}),
    "verify": (
        ["verify", "--deadline", "1", "--patience", "0"],
        {Fact.STREAM, Fact.BUCKET, Fact.DATABASE, Fact.WORKGROUP, Fact.CLAIMS_TABLE},
    ),
    "query": (["query", "SELECT count(*) FROM events"], {Fact.DATABASE, Fact.WORKGROUP}),
    "contract drift": (["contract", "drift"], {Fact.DATABASE, Fact.WORKGROUP}),
    "errors": (["errors"], {Fact.BUCKET}),
    "replay": (["replay", "--dry-run"], {Fact.BUCKET}),
    "replay --from-stream": (["replay", "--from-stream", "1h", "now"], {Fact.STREAM}),
    "replay --raw": (["replay", "--raw", "1h", "now", "--dry-run"], {Fact.BUCKET}),
    "backfill": (
        ["backfill", "{file}", "--processes", "1"],
        {Fact.DATABASE, Fact.CLAIMS_TABLE},
    ),
    "backfill --raw": (["backfill", "--raw", "2h", "1h", "--processes", "1"], {Fact.BUCKET}),
    "backfill --from-table": (
        ["backfill", "--from-table", "own.t"],
        {Fact.DATABASE, Fact.CLAIMS_TABLE},
    ),
    "history move": (["history", "move"], {Fact.DATABASE}),
    "history status": (["history", "status"], {Fact.DATABASE}),
    "erase": (["erase", "--status"], {Fact.DATABASE}),
    "report": (["report", "--out", "{folder}/report.html"], set()),
    "plan --from-stream": (["plan", "--from-stream", "no-such-stream"], set()),
}  # fmt: skip
# The others, with what they end with where nothing is wrong.
OTHERS: Final[Mapping[str, tuple[list[str], int]]] = {
    "check": (["check", "{file}"], 0),
    "contract check": (["contract", "check"], 0),
    "contract diff": (["contract", "diff", str(LEARNING_FILE)], 0),
    "contract docs": (["contract", "docs"], 0),
    "contract json-schema": (["contract", "json-schema"], 0),
    "contract odcs": (["contract", "odcs"], 0),
    "contract python": (["contract", "python"], 0),
    "contract typescript": (["contract", "typescript"], 0),
    "init": (["init", "{folder}/shop"], 0),
    "upgrade": (["upgrade"], 2),
    "plan": (["plan"], 0),
    "env": (["env"], 1),
    "status": (["status"], 1),
    "down": (["down"], 0),
}
# What starts clouds of its own; elsewhere it is run whole.
STARTING: Final = {"up", "demo"}


def leaves() -> Iterator[str]:
    """The names of all commands that do something."""
    group = typer.main.get_command(app)
    for name in cast("Any", group).list_commands(typer.Context(group)):
        members = getattr(load_command(name), "commands", None)
        yield from [name] if members is None else (f"{name} {each}" for each in members)


def test_all_commands_are_walked() -> None:
    named = {" ".join(part for part in each.split() if part[0] != "-") for each in ASKING}
    assert set(leaves()) == named | set(OTHERS) | STARTING


# --- the lake, the account, the network ---------------------------------------------------------


@pytest.mark.parametrize("command", [each for each in ASKING if not each.startswith("plan")])
def test_without_a_lake_the_options_and_the_variables_are_named(
    command_folder: Path, command: str
) -> None:
    code, told = run(command_folder, ASKING[command][0], {})
    assert code == 2
    for fact in ASKING[command][1]:
        assert f"{fact.option} ({fact.value.variable})" in told


# What is wrong with the environment of a lake: variables, or what they begin with, that have
# another value or none.
FAULTS: Final[Mapping[str, Mapping[str, str | None]]] = {
    "no region": dict.fromkeys(REGION_VARIABLES),
    "another region": dict.fromkeys(REGION_VARIABLES, "ap-southeast-2"),
    "no credentials": {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None},
    "wrong credentials": {"AWS_ACCESS_KEY_ID": "AKIANOBODYSKEY000000"},
    "no such profile": {"AWS_PROFILE": "nobody"},
    "no endpoint": {"AWS_ENDPOINT_URL": NOWHERE},
    "no address": {"AWS_ENDPOINT_URL": "nowhere"},
    "no proxy": {"AWS_ENDPOINT_URL": None, "HTTPS_PROXY": NOWHERE},
}


def faulty(fault: str, environment: Mapping[str, str]) -> dict[str, str]:
    found = dict(environment)
    for beginning, value in FAULTS[fault].items():
        for name in [name for name in environment if name.startswith(beginning)] or [beginning]:
            found.pop(name, None)
            if value is not None:
                found[name] = value
    return found


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_way_to_aws_is_told(
    queried_lake: QueriedLake, command_folder: Path, fault: str, command: str
) -> None:
    code, told = run(command_folder, ASKING[command][0], faulty(fault, queried_lake.environment))
    assert code == 1
    assert "firelake: " in told


@pytest.mark.parametrize(
    ("command", "fact"),
    [(command, fact) for command, (_, facts) in ASKING.items() for fact in Fact if fact in facts],
)
def test_a_name_of_nothing_is_told(
    queried_lake: QueriedLake, command_folder: Path, command: str, fact: Fact
) -> None:
    wrong = {**queried_lake.environment, fact.value.variable: "firelake-nowhere"}
    if fact is Fact.DATABASE:
        wrong[fact.value.variable] = "no_such_database"
    code, told = run(command_folder, ASKING[command][0], wrong)
    assert code == 1
    assert "firelake: " in told


@pytest.mark.parametrize("command", [each for each, (_, facts) in ASKING.items() if facts])
@pytest.mark.parametrize("name", ["\x1b[2J", "../../x y", "-"])
def test_a_name_that_nothing_can_have_does_no_harm(
    queried_lake: QueriedLake, command_folder: Path, command: str, name: str
) -> None:
    arguments, facts = ASKING[command]
    wrong = {**queried_lake.environment, **{fact.value.variable: name for fact in facts}}
    code, told = run(command_folder, arguments, wrong)
    assert code in {1, 2}
    assert "firelake: " in told
    assert "\x1b" not in told


@pytest.mark.parametrize("command", OTHERS)
def test_what_needs_no_aws_misses_none(command_folder: Path, command: str) -> None:
    arguments, expected = OTHERS[command]
    assert run(command_folder, arguments, {"AWS_PROFILE": "nobody"})[0] == expected


# --- wrong use ----------------------------------------------------------------------------------


WRONG_USE: Final = """
check
check no/such
check {file} --arrived soon
produce
produce no/such
produce - --late 0.5
produce {file} --generate 1
produce {file} --rate inf
produce {file} --lateness-days 36501
produce --generate 0
produce --generate 1 --hours nan
produce --generate 1 --contract no/such
verify --deadline 0
verify --contract /dev/null
query
query ' '
query 'SELECT 1' --csv --json
contract nonsense
contract check no/such
contract diff no-such-revision
contract docs no/such
contract drift --since soon
contract json-schema --event no:such
contract odcs no/such
contract python no/such
contract typescript no/such
init {folder}
init {folder}/x --from-sample no/such
init {folder}/x --from-sample {file} --from odcs {file}
upgrade {folder}/no/such
errors --since 0001-01-01
errors --until 9999-12-31
errors --since now --until 1d
errors --reason x
errors --type x
errors --event x:y
errors --contract no/such
replay --reason x
replay --fix no/such.py
replay --raw 1d
replay --raw 1d now --from-stream 1d now
backfill
backfill no/such
backfill s3://
backfill -x
backfill {file} --type x
backfill --raw 2d 0001-01-01
history move --most 0
history move --grace-minutes nan
history status x
report --hours 999999999
report --since 1d --hours 1
plan --stack no
plan --config x=1
plan --from-file no/such
up --stack no
up --config nonsense=1
up --flush-after nan
demo --events 1
env --outputs no/such
nonsense
--nonsense
status x
down x
"""


@pytest.mark.parametrize(
    "arguments", [shlex.split(line) for line in WRONG_USE.strip().splitlines()], ids=" ".join
)
def test_wrong_use_ends_with_two(
    queried_lake: QueriedLake, command_folder: Path, arguments: list[str]
) -> None:
    code, told = run(command_folder, arguments, queried_lake.environment)
    assert code == 2
    assert told
