"""The guide to queries: its SQL parses, its names exist, its commands are those there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import sqlglot
from typer.testing import CliRunner

from firelake.aws.lake_ref import OUTPUT_VARIABLES, Fact, LakeRef
from firelake.aws.query import Lake
from firelake.aws.query_run import DEADLINE_S
from firelake.catalog.queries import named_queries
from firelake.cli.app import app
from firelake.cli.query_output import MOST_SHOWN
from firelake.contract.layout import Granularity
from tests.helpers.contracts import LEARNING
from tests.unit.catalog.samples import lake, resolve

GUIDE: Final = (Path(__file__).parents[3] / "docs" / "queries.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_variables_are_those_that_the_settings_read() -> None:
    named = set(re.findall(r"^\| `(FIRELAKE_\w+)`", GUIDE, re.MULTILINE))
    assert named <= set(OUTPUT_VARIABLES.values())
    values = dict.fromkeys(named, "day")
    needed = {fact for fact in Fact if fact.value.variable in named}
    assert LakeRef.resolve({}, values, needed).granularity is Granularity.DAY
    assert needed == {Fact.DATABASE, Fact.WORKGROUP, Fact.BUCKET, Fact.GRANULARITY}


def test_the_sql_names_what_there_is() -> None:
    (sql,) = blocks("sql")
    columns = set(LEARNING.events["lesson:started"].fields)
    assert {"lesson_kind", "hearts_left"} <= columns
    resolve(sql.replace("event_lesson__started", '"a_lake"."events"'), LEARNING, lake())
    for command in re.findall(r'^firelake query "(.*?)"', GUIDE, re.MULTILINE):
        if not command.startswith("SHOW"):
            assert len(sqlglot.parse(command, read="athena")) == 1


def test_every_saved_query_is_named() -> None:
    told = GUIDE.partition("The workgroup keeps saved queries")[2].partition("##")[0]
    assert sorted(re.findall(r"`(\w+)`", told)) == [each.name for each in named_queries(lake())]


def test_the_options_of_the_command_are_told() -> None:
    shown = CliRunner().invoke(app, ["query", "--help"]).stdout
    for option in ("--csv", "--json", "--deadline"):
        assert option in shown
        assert f"`{option}" in GUIDE
    assert f"first {MOST_SHOWN:,} rows" in GUIDE
    assert f"`--deadline` ({DEADLINE_S:.0f} s)" in GUIDE


def test_the_methods_of_a_lake_are_told_and_the_reverse() -> None:
    told = GUIDE.partition("| method | gives |")[2].partition("\n\n")[0]
    names = {re.sub(r"\(.*", "", each) for each in re.findall(r"`([a-z_]+(?:\([^`]*\))?)`", told)}
    public = {
        name for name in vars(Lake) if not name.startswith("_") and name != "from_environment"
    }
    assert public <= names
    for block in blocks("python"):
        ast.parse(block)
