"""The guide to the contract: its edits are made, its commands are run, its verdicts are true."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import sqlglot
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.contract.changes import changes
from firelake.contract.events import parse_contract
from tests.helpers.contracts import LEARNING_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

GUIDE: Final = (Path(__file__).parents[3] / "docs" / "contract.md").read_text()
STEPS: Final = GUIDE.partition("\n## Add an event\n")[2]
SHIPPED: Final = LEARNING_FILE.read_text()
NEXT: Final = SHIPPED.replace("version = 2\n", "version = 3\n", 1)
FILE: Final = "src/firelake/contract/events.toml"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", STEPS, re.MULTILINE | re.DOTALL)


def edited(text: str) -> str:
    """The shipped contract with the edits of the guide."""
    version, field, event = blocks("toml")
    after = "# Exercises\n"
    assert text.count(after) == 1
    text = re.sub(r"^version = 2\n", version, text, flags=re.MULTILINE)
    return text.replace(after, f"{field}\n{after}") + f"\n{event}"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the shipped contract, in which the commands are run."""
    file = tmp_path / FILE
    file.parent.mkdir(parents=True)
    file.write_text(SHIPPED)
    monkeypatch.chdir(tmp_path)
    identity = {
        f"GIT_{role}_{what}": "a@example.com"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    for command in (
        ("git", "init", "--quiet"),
        ("git", "add", "."),
        ("git", "commit", "--quiet", "--message=One."),
    ):
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, **identity}
        subprocess.run(command, env=os.environ | settings, check=True)
    return file


def run_as_printed(block: str) -> None:
    """Run the commands of a block on the file of this folder; what they print must be there."""
    for command, expected in re.findall(r"^\$ firelake (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE):
        assert CliRunner().invoke(app, [*command.split(), FILE]).stdout == expected


def test_the_guide_has_the_version_that_follows_the_shipped_one() -> None:
    assert tomllib.loads(SHIPPED)["version"] == 2
    assert tomllib.loads(blocks("toml")[0])["version"] == 3


def test_a_new_event_is_added_as_the_guide_says(repository: Path) -> None:
    repository.write_text(edited(SHIPPED))
    run_as_printed(blocks("console")[0])


def test_another_type_is_refused_as_the_guide_says(repository: Path) -> None:
    field = 'price_gems = { type = "bigint"'
    assert field in NEXT
    repository.write_text(NEXT.replace(field, field.replace("bigint", "double")))
    run_as_printed(blocks("console")[1])


def test_the_line_for_pull_requests_has_commands_that_there_are(repository: Path) -> None:
    (line,) = blocks("bash")
    commands = [each.split() for each in line.strip().split(" && ")]
    assert [each[0] for each in commands] == ["firelake", "firelake"]
    for each in commands:
        arguments = [word.replace("origin/main", "HEAD") for word in each[1:]]
        assert CliRunner().invoke(app, [*arguments, str(repository)]).exit_code == 0


def test_the_constraints_of_the_guide_are_a_contracts() -> None:
    section = GUIDE.partition("\n## Constrain a field\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"^```toml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    event = 'optional = ["email", "discount", "trial_ends", "coupon"]\ndescription = "An event."\n'
    contract = parse_contract(f"version = 3\n{block}[events.a]\n{event}")
    listed = [
        key
        for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for key in row.split(", ")
    ]
    assert listed == ["`enum`", "`min`", "`max`", "`max_length`", "`pattern`"]
    assert {key for key in listed if f"{key.strip('`')} = " in block} == {*listed}
    assert contract.events["a"].required == ("tenant_id",)
    assert contract.is_deprecated(contract.fields["coupon"])


def test_every_command_of_the_guide_exists_and_the_reverse() -> None:
    listed = re.findall(r"^\| `firelake contract ([\w-]+)", GUIDE, re.MULTILINE)
    for name in listed:
        assert CliRunner().invoke(app, ["contract", name, "--help"]).exit_code == 0
    shown = CliRunner().invoke(app, ["contract", "--help"]).stdout
    assert re.findall(r"│ ([\w-]+) +[A-Z]", shown) == listed


def test_the_sql_of_the_guide_is_athenas() -> None:
    for sql in blocks("sql"):
        assert len(sqlglot.parse(sql, read="athena")) == 1


RATED: Final = '[events."lesson:rated"]\n'


def replaced(old: str, new: str, text: str = NEXT) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def with_optional(field: str, declared: str) -> str:
    """The next version with a field that one event may carry."""
    text = replaced("# Exercises\n", f"{declared}\n\n# Exercises\n")
    event = text[text.index(RATED) :]
    head = event[: event.index("\n\n")]
    return text.replace(head, re.sub(r"optional = \[", f'optional = ["{field}", ', head))


EDITS: Final[Mapping[str, Callable[[], str]]] = {
    "a new field that is optional": lambda: with_optional(
        "mood", 'mood = { type = "string", since = 3, description = "Mood." }'
    ),
    "a new event, also of a new type": lambda: (
        NEXT + '\n[events."game:won"]\ndescription = "Won."\n'
    ),
    "a required field becomes optional": lambda: NEXT.replace(
        'required = ["user_id", "course_id", "lesson_id", "lesson_attempt_id"]\noptional = [',
        'required = ["user_id", "course_id", "lesson_id"]\noptional = ["lesson_attempt_id", ',
        1,
    ),
    "another description": lambda: replaced("A user began a lesson.", "A lesson began.", SHIPPED),
    "a field removed": lambda: re.sub(
        r', "generator_version"|^generator_version = .*\n', "", NEXT, flags=re.MULTILINE
    ),
    "another type": lambda: replaced(
        'price_gems = { type = "bigint"', 'price_gems = { type = "double"'
    ),
    "a new required field, or an optional one that becomes required": lambda: NEXT.replace(
        '"lesson_attempt_id"]\noptional = ["unit_id", ',
        '"lesson_attempt_id", "unit_id"]\noptional = [',
        1,
    ),
    "an event removed": lambda: NEXT.replace(NEXT[NEXT.index(RATED) :].split("\n\n")[0], ""),
    "another `column` of an old field": lambda: replaced(
        "price_gems = { type", 'price_gems = { column = "gems", type'
    ),
    "a field renamed": lambda: NEXT.replace("generator_version", "model_version"),
    "another `since` of an old field": lambda: replaced(
        'generator_version = { type = "string", since = 2',
        'generator_version = { type = "string", since = 1',
    ),
    "any of these without a higher `version`": lambda: with_optional(
        "mood", 'mood = { type = "string", since = 2, description = "Mood." }'
    ).replace("version = 3\n", "version = 2\n", 1),
}
VERDICTS: Final = dict(
    re.findall(r"^\| ([^|]+?) \| (allowed|refused)[^|]* \|", GUIDE, re.MULTILINE)
)


def test_every_verdict_of_the_guide_is_tried() -> None:
    assert list(VERDICTS) == list(EDITS)


@pytest.mark.parametrize("change", EDITS)
def test_a_verdict_of_the_guide_is_that_of_the_tool(change: str) -> None:
    text = EDITS[change]()
    assert text not in (NEXT, SHIPPED)
    found = changes(parse_contract(SHIPPED), parse_contract(text))
    others = [each for each in found if each.key != "version"]
    assert others
    assert all(each.allowed for each in found) == (VERDICTS[change] == "allowed")
