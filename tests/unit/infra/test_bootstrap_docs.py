"""Tests that docs/deploy.md tells the truth, as far as it can be told without AWS."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import jmespath
import pytest
import sqlglot
from sqlglot.optimizer.qualify import qualify

from firelake.catalog.location import LakeLocation
from firelake.catalog.tables import events_errors_table, events_table
from firelake.catalog.views import event_views, events_unique_view
from firelake.contract.layout import Granularity
from firelake.infra.bootstrap.config import BOOTSTRAP_SETTINGS
from firelake.infra.bootstrap.names import STACKS, BootstrapNames
from firelake.infra.bootstrap.program import program as bootstrap
from firelake.infra.config import SETTINGS, LakeConfig
from firelake.infra.config_sections import DeliveryConfig
from firelake.infra.program import program as lake
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.contracts import LEARNING, LEARNING_FILE
from tests.helpers.pulumi_recorder import run, zip_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.catalog.table_input import TableInput
    from tests.helpers.pulumi_recorder import Recording

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "deploy.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
SHELL = [code for language, code in BLOCKS if language == "bash"]
SQL = [code for language, code in BLOCKS if language == "sql"] + [
    query for code in SHELL for query in re.findall(r'^ask "(SELECT.+)"$', code, re.MULTILINE)
]
CONTRACT = LEARNING
LAKE = LakeLocation("a-bucket", "a_lake", date(2026, 11, 1), Granularity.DAY)


def command(name: str) -> str:
    path = shutil.which(name)
    assert path is not None, f"{name} is not on the path"
    return path


def anchors(markdown: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def columns(table: TableInput) -> Mapping[str, str]:
    listed = (*table["StorageDescriptor"]["Columns"], *table.get("PartitionKeys", []))
    return {column["Name"]: column["Type"] for column in listed}


def sent_records() -> list[dict[str, str]]:
    """What the page's program prints, which the AWS command line is given."""
    (program,) = [
        code.partition("<<'END'\n")[2].partition("\nEND\n")[0]
        for code in SHELL
        if "put-records" in code
    ]
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    ).stdout
    return cast("list[dict[str, str]]", json.loads(printed))


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    zip_path = tmp_path_factory.mktemp("zip") / "function.zip"
    zip_path.write_bytes(b"made up")
    return run(
        lambda: lake(zip_at(zip_path), contract_file=LEARNING_FILE),
        {"startDate": "2026-11-01"},
    )


def test_the_page_has_commands_and_queries() -> None:
    assert len(SHELL) > 10
    assert len(SQL) == 4


@pytest.mark.parametrize("code", SHELL, ids=range(len(SHELL)))
def test_every_command_is_one_to_the_shell(code: str) -> None:
    checked = subprocess.run(
        [command("bash"), "-n"], input=code, capture_output=True, check=False, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


FAKE_PULUMI = """
pulumi() {
  echo "$*" >> calls
  case "$1 $2" in
    "up "*) return "$UP" ;;
    "stack output") if [ "$UP" = 0 ]; then echo "of $3"; fi ;;
  esac
}
cd() { :; }
"""


@pytest.mark.parametrize(
    ("up", "logins"), [("0", ["login --local", "login of stateUrl"]), ("1", ["login --local"])]
)
def test_after_a_bootstrap_that_failed_nothing_goes_to_the_backend_of_before(
    up: str, logins: list[str], tmp_path: Path
) -> None:
    blocks = SHELL[1:3]
    assert ["stack init account" in blocks[0], "stack init dev" in blocks[1]] == [True, True]
    script = "\n".join([FAKE_PULUMI, *blocks])
    # Not ended at the first error: a shell into which somebody pastes is not either.
    subprocess.run(
        [command("bash"), "-c", script],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "UP": up},
        capture_output=True,
        check=False,
    )
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call for call in calls if call.startswith("login")] == logins
    assert any(call.startswith("stack init dev") for call in calls) is (up == "0")


def test_no_stack_is_removed_with_its_committed_file() -> None:
    removals = [
        line.strip()
        for name in ("deploy.md", "runbook.md")
        for line in (ROOT / "docs" / name).read_text().splitlines()
        if line.strip().startswith("pulumi stack rm")
    ]
    assert len(removals) == 3
    assert all("--preserve-config" in line for line in removals)


def test_the_sent_events_are_taken_and_refused_as_the_page_says() -> None:
    reader = EventReader(CONTRACT, lateness_days=7, granularity=Granularity.DAY)
    position = RecordPosition("shardId-000000000000:1:0", int(time.time() * 1000))
    records = sent_records()
    readings = [reader.read(record["Data"].encode(), position) for record in records]
    assert [[event.event_name for event in reading.events] for reading in readings] == [
        ["lesson:started"],
        ["lesson:started"],
        ["payment:order:created"],
        [],
    ]
    assert {problem.reason.value for problem in readings[3].problems} == {"field_missing"}
    assert records[0] == records[1]
    assert all(event.is_registered for reading in readings for event in reading.events)
    assert all(record["Data"].endswith("}\n") for record in records)


@pytest.mark.parametrize("sql", SQL, ids=range(len(SQL)))
def test_every_query_names_tables_and_columns_that_there_are(sql: str) -> None:
    tables = (
        events_table(CONTRACT, LAKE),
        events_errors_table(LAKE),
        events_unique_view(CONTRACT, LAKE),
        *event_views(CONTRACT, LAKE),
    )
    qualify(
        sqlglot.parse_one(sql, read="athena"),
        dialect="athena",
        schema={table["Name"]: columns(table) for table in tables},
        validate_qualify_columns=True,
    )


def test_every_query_of_the_command_line_is_jmespath() -> None:
    queries = re.findall(r"--query '([^']+)'| --query (\w[\w.]*)", "\n".join(SHELL))
    expressions = [quoted or plain for quoted, plain in queries]
    assert len(expressions) == 5
    for expression in expressions:
        jmespath.compile(expression)


def test_rows_are_printed_one_a_line() -> None:
    (expression,) = re.findall(r"--query '(ResultSet[^']+)'", "\n".join(SHELL))
    answer = {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": "a"}, {"VarCharValue": "b"}]}]}}
    assert jmespath.search(expression, answer) == [["a", "b"]]


def test_every_named_output_is_one_of_the_programs(dev: Recording) -> None:
    of_bootstrap = run(
        bootstrap, {"githubSubject": "repo:o/r"}, project="firelake-bootstrap", stack="account"
    ).outputs
    named = set(re.findall(r"pulumi stack output (\w+)", TEXT))
    assert named - dev.outputs.keys() - of_bootstrap.keys() == set()
    assert of_bootstrap.keys() <= named


def test_every_key_of_the_bootstrap_is_told_with_its_default() -> None:
    section = TEXT.partition("## 2.")[2].partition("## 3.")[0]
    told = re.findall(r"^\| `(\w+)` \| (\S+) \|", section, re.MULTILINE)
    defaults = {"githubSubject": "none", "tags": "none"}
    defaults |= {
        "oidcProviderExists": "`false`",
        "isProtected": "`true`",
        "project": "`firelake`",
        "lakeFolder": "none",
    }
    assert [key for key, _ in told] == [setting.key for setting in BOOTSTRAP_SETTINGS]
    assert dict(told) == defaults


def test_every_key_that_is_set_or_named_is_one_of_the_configurations() -> None:
    keys = {setting.key for setting in (*SETTINGS, *BOOTSTRAP_SETTINGS)}
    sections = {key.partition(".")[0] for key in keys if "." in key}
    named = {
        *(key for key in re.findall(r"pulumi config set (?!aws:)(\w+)", TEXT)),
        *(
            key
            for key in re.findall(r"`([a-z]+\.[a-z]+[A-Z]\w*|[a-z]+\.mode)`", TEXT)
            if key.partition(".")[0] in sections
        ),
    }
    assert named - keys == set()
    assert {"startDate", "isProtected", "delivery.bufferIntervalS", "claims.mode"} <= named


def test_the_roles_of_the_page_are_the_bootstraps() -> None:
    names = BootstrapNames("111122223333", "us-east-1")
    roles = re.findall(r"^\| `(firelake-github-[\w-]+)` \| `…:([\w:]+)` \|", TEXT, re.MULTILINE)
    assert roles == [
        (names.preview_role, "pull_request"),
        *((names.deploy_role(stack), f"environment:{stack}") for stack in STACKS),
    ]


def test_the_numbers_of_the_page_are_the_programs(dev: Recording) -> None:
    constraints = (ROOT / "constraints.txt").read_text().splitlines()
    (version,) = re.findall(r"--version (\S+)", TEXT)
    assert f"pulumi=={version}" in constraints
    key = dev.only("Key").inputs
    assert f"AWS deletes a stack's {key['deletionWindowInDays']} days later" in TEXT
    assert f"by default {DeliveryConfig().buffer_interval_s} seconds and in `dev`\n60," in TEXT
    assert "bufferIntervalS: 60" in (ROOT / "Pulumi.dev.yaml").read_text()
    lateness_days = LakeConfig(start_date=date(2026, 11, 1)).lateness_days
    assert f"with the default of {lateness_days}, take a day at least 8 days ago" in TEXT
    assert f"-d '{lateness_days + 1} days ago'" in TEXT


def test_every_link_leads_somewhere() -> None:
    targets = [
        (path or "deploy.md", anchor)
        for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", TEXT)
    ]
    lost = [
        (path, anchor)
        for path, anchor in targets
        if not (ROOT / "docs" / path).exists()
        or (anchor and anchor not in anchors((ROOT / "docs" / path).read_text()))
    ]
    assert lost == []
    assert len(targets) > 5


def test_every_path_of_the_page_is_there() -> None:
    paths = re.findall(r"`((?:contract|docs|infra|tests)/[\w/.-]*)`", TEXT)
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert paths


def test_the_page_says_first_that_nothing_was_run() -> None:
    assert TEXT.splitlines()[2].startswith("**Nothing on this page was ever run against AWS.**")
