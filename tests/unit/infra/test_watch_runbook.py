"""The runbook: a section an alarm, and commands, queries, links and settings that exist."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import botocore.session
import pytest
import sqlglot
from botocore import xform_name
from sqlglot import expressions

from firelake.catalog.tables import ERROR_TYPES
from firelake.contract.names import (
    CLAIM_CLAIMED_AT,
    CLAIM_KEY,
    CLAIM_OWNER,
    TABLE_EVENTS,
    TABLE_EVENTS_ERRORS,
)
from firelake.contract.reasons import Reason
from firelake.infra.config import SETTINGS, CatalogConfig, ClaimsConfig, LakeConfig
from firelake.infra.naming import Names
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.spec import AlarmSpec, Comparison

ROOT = Path(__file__).parents[3]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
PROGRAM = (ROOT / "src" / "firelake" / "infra" / "lake.py").read_text()
NAMES = Names("firelake", "dev", "111122223333", "us-east-1")
WITH_ALL = LakeConfig(
    start_date=date(2026, 1, 1),
    claims=ClaimsConfig(schedule=("pages 2s/16",)),
    catalog=CatalogConfig(has_history=True),
)
SPECS = alarms(NAMES, WITH_ALL)

SITUATIONS = [
    "DynamoDB outage",
    "The gap after a replaced Firehose",
    "Drain before destroy",
    "Putting events back",
]
SIGNS = {Comparison.ABOVE: ">", Comparison.AT_LEAST: "≥", Comparison.BELOW: "<"}

# Options of the command line itself.
GLOBAL_OPTIONS = {"query", "output"}
# Commands that the command line makes of several operations; they are in no model.
HIGH_LEVEL = {("s3", "sync")}
SERVICE_MODELS = {"s3api": "s3"}


def headings() -> list[str]:
    return re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)


def blocks(language: str) -> list[str]:
    """The code blocks of a language, freed of the indent that they have in lists."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", RUNBOOK, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def aws_commands() -> list[str]:
    """The calls of the command line, without what the shell does with their answers."""
    text = "\n".join(blocks("bash")).replace("\\\n", " ")
    return [
        re.split(r'\)"$', match)[0]
        for match in re.findall(r'^(?:[A-Z]+="\$\()?(aws .+)$', text, re.MULTILINE)
    ]


def section(heading: str) -> str:
    return RUNBOOK.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def row(spec: AlarmSpec) -> str:
    """What the table of all alarms says of one."""
    condition = spec.condition
    stats = [spec.stat] if spec.stat else [query.stat for query in spec.queries if query.stat]
    watched = spec.stat.metric.name if spec.stat else spec.queries[0].expression
    statistic = {stat.statistic.value for stat in stats}
    assert len(statistic) == 1
    minutes = stats[0].period_s // 60
    return (
        f"| [{spec.key}](#{spec.key}) | {statistic.pop()} of `{watched}` "
        f"| {SIGNS[condition.comparison]} {condition.threshold:,.15g} "
        f"| {condition.periods} of {minutes} min "
        f"| {condition.missing.value}: {condition.missing_because} "
        f"| {spec.advice.meaning} |"
    )


def test_the_table_of_all_alarms_says_what_the_alarms_are() -> None:
    expected = [
        "| alarm | watches | goes off at | periods | no data | means |",
        "| --- | --- | --- | --- | --- | --- |",
        *(row(spec) for spec in SPECS),
    ]
    found = [line for line in section("All alarms").splitlines() if line.startswith("|")]
    assert found == expected


def test_every_alarm_has_a_section_in_the_same_order_and_no_section_is_without_alarm() -> None:
    keys = [spec.key for spec in SPECS]
    assert headings() == ["Before you begin", "All alarms", *keys, *SITUATIONS]


@pytest.mark.parametrize("key", [spec.key for spec in SPECS])
def test_a_section_says_what_it_means_how_to_look_and_what_to_do(key: str) -> None:
    text = section(key)
    assert "**Means:**" in text
    assert "**Look" in text
    assert re.search(r"\*\*(Do|Look and do)( first)?:\*\*", text)


def test_every_link_leads_somewhere() -> None:
    anchors = {anchor(heading) for heading in headings()}
    links = re.findall(r"\]\(([^)]+)\)", RUNBOOK)
    assert len(links) > 40
    broken = [
        link
        for link in links
        if (
            link.removeprefix("#") not in anchors
            if link.startswith("#")
            else not (ROOT / "docs" / link.partition("#")[0]).exists()
        )
    ]
    assert broken == []


def test_there_are_commands_to_check() -> None:
    assert len(aws_commands()) > 30
    assert RUNBOOK.count("aws ") >= len(aws_commands())


@pytest.mark.parametrize("command", sorted(set(aws_commands())))
def test_every_command_is_one_of_awss_with_options_that_it_has(command: str) -> None:
    _, service, operation, *words = shlex.split(command)
    if (service, operation) in HIGH_LEVEL:
        return
    model = botocore.session.Session().get_service_model(SERVICE_MODELS.get(service, service))
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    assert operation in operations
    shape = model.operation_model(operations[operation]).input_shape
    assert shape is not None
    known = {xform_name(name, "-") for name in shape.members}
    required = {xform_name(name, "-") for name in shape.required_members}
    given = {word.removeprefix("--") for word in words if word.startswith("--")}
    # --limit of logs is a member; --max-items and the like are not used.
    assert given - known - GLOBAL_OPTIONS == set()
    assert required - given == set()


def test_every_query_is_sql_of_athena_on_tables_of_the_lake() -> None:
    queries = blocks("sql")
    assert len(queries) == 6
    for query in queries:
        tree = sqlglot.parse_one(query, dialect="athena")
        tables = {table.name for table in tree.find_all(expressions.Table)}
        assert tables <= {TABLE_EVENTS, TABLE_EVENTS_ERRORS}
        # Without it Athena reads every day since the first.
        where = tree.find(expressions.Where)
        assert where is not None
        assert "dt" in {column.name for column in where.find_all(expressions.Column)}


def test_every_saved_query_that_is_named_is_there_and_the_reverse() -> None:
    saved = {path.stem for path in (ROOT / "src" / "firelake" / "catalog" / "sql").glob("*.sql")}
    assert saved <= set(re.findall(r"`([a-z_]+)`", section("Before you begin")))
    named = set(re.findall(r"saved query `([a-z_]+)`", RUNBOOK))
    assert named
    assert named <= saved


def test_every_output_of_the_stack_that_is_read_is_exported() -> None:
    outputs = set(re.findall(r"pulumi stack output (\w+)", RUNBOOK))
    assert len(outputs) > 10
    assert {name for name in outputs if f'"{name}"' not in PROGRAM} == set()


def test_every_setting_that_is_named_exists_here_and_in_the_alarms() -> None:
    keys = {setting.key for setting in SETTINGS}
    sections = {key.partition(".")[0] for key in keys if "." in key}
    texts = RUNBOOK + "".join(spec.description for spec in SPECS)
    named = set(re.findall(rf"\b(?:{'|'.join(sections)})\.[a-z]+[A-Z]\w*", texts))
    named |= set(re.findall(r"firelake:([\w.]+)", RUNBOOK))
    assert len(named) > 10
    assert named - keys == set()


def test_log_groups_and_shared_prefixes_are_those_of_the_stack() -> None:
    assert f"/aws/lambda/{NAMES.function}" == NAMES.function_log_group
    assert f"/aws/kinesisfirehose/{NAMES.delivery_stream}" == NAMES.delivery_log_group
    groups = set(re.findall(r'--log-group-name "?([^" ]+)', RUNBOOK))
    assert groups == {
        "/aws/lambda/$FUNCTION",
        "/aws/lambda/$MOVER",
        "/aws/vendedlogs/states/${MACHINE##*:}",
        "/aws/kinesisfirehose/$DELIVERY",
        "/aws-glue/crawlers",
    }
    streams = set(re.findall(r"--log-stream-names (\w+)", RUNBOOK))
    assert streams == {NAMES.delivery_log_stream, NAMES.backup_log_stream}
    # The prefix of all alarms is what the shell leaves of the stream's name.
    assert NAMES.stream.removesuffix("-events") == NAMES.prefix
    assert "${STREAM%-events}-" in RUNBOOK


def test_error_types_are_those_that_the_table_knows() -> None:
    named = set(re.findall(r"^\| `([\w-]+)`", section("error-objects"), re.MULTILINE))
    # The stack decompresses nothing.
    assert named == set(ERROR_TYPES) - {"decompression-failed"}


def test_a_claim_is_deleted_only_as_it_was_read() -> None:
    text = section("Putting events back")
    assert f'\'{{"{CLAIM_KEY}": {{"S"' in text
    assert f"'#owner = :owner AND {CLAIM_CLAIMED_AT} = :claimed_at'" in text
    assert f'\'{{"#owner": "{CLAIM_OWNER}"}}\'' in text


def test_the_commands_for_failed_events_stand_where_they_are_needed() -> None:
    # tests/docs holds their options to those that there are.
    for heading, command in (
        ("Before you begin", "verify"),
        ("error-objects", "errors"),
        ("invalid-events", "errors"),
        ("partition-overflow", "backfill"),
        ("The gap after a replaced Firehose", "replay --from-stream"),
        ("The gap after a replaced Firehose", "replay --raw"),
        ("Putting events back", "replay"),
    ):
        assert f"firelake {command}" in section(heading)


def test_reasons_that_are_named_are_the_functions_or_firehoses() -> None:
    named = set(re.findall(r"--reason ([\w.]+)", RUNBOOK))
    assert named
    assert {each for each in named if not each.startswith("Lambda.")} <= {*Reason}
