"""The command `firelake plan`: what it takes, prints and writes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["plan", *arguments])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["plan", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


def read(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("--json", *arguments))
    return found


def test_a_schedule_is_given_as_one_setting_and_the_claims_follow_it() -> None:
    found = read(
        *("--events-per-hour", "1e6", "--config"),
        "claims.schedule=items, 2026-12-04T06:00Z pages 2s/20",
    )
    assert found["needs"]["claims"]["layout"] == "2026-12-04T06:00Z pages 2s/20"
    assert 0.05 < found["needs"]["claims"]["writes_per_s"] / (1e6 / 3600) < 0.11


def test_who_sends_decides_what_claims_on_pages_take() -> None:
    def writes(*options: str) -> float:
        found = read(
            "--events-per-hour", "1e6", "--config", "claims.schedule=pages 2s/20", *options
        )
        return found["needs"]["claims"]["writes_per_s"]

    assert 3 < writes("--profile", "mobile") / writes() < 6
    assert 1.5 < writes("--random-keys") / writes() < 4


def test_tables_tell_needs_costs_limits_and_variants() -> None:
    text = run("--events-per-hour", "1e9")
    assert text.startswith("1,000,000,000 events an hour of 700 bytes, unpacked, 22 event types")
    for title in (
        "What it takes",
        "What a month costs",
        "Prices of us-east-1 as of 20",
        "What breaks first as volume grows",
        "What other settings would save",
    ):
        assert title in text
    assert "(now!)" in text


def test_json_has_every_number_with_its_unit_in_its_name() -> None:
    found = read("--events-per-hour", "3.6e6", "--event-bytes", "500", "--event-types", "3")
    assert found["workload"]["events_per_hour"] == 3.6e6
    assert len(found["workload"]["type_shares"]) == 3
    assert found["needs"]["claims"]["writes_per_s"] == 1000
    assert sum(line["dollars"] for line in found["costs"]) == pytest.approx(
        found["monthly_cost_dollars"]
    )
    assert found["prices"]["region"] == "us-east-1"
    assert {line["price_basis"] for line in found["costs"]} == {
        "price_list",
        "second_hand",
        "unconfirmed",
    }
    assert found["limits"][0]["page"].startswith("https://")
    assert found["assumptions"]["claim_call_ms"]["origin"] == "assumed, not measured on AWS"


def test_settings_are_the_stacks_and_those_over_them() -> None:
    plain, other = read(), read("--stack", "dev", "--config", "latenessDays=3")
    assert plain["settings"]["isProtected"] is True
    assert other["settings"]["isProtected"] is False
    assert other["settings"]["latenessDays"] == 3
    assert other["needs"]["delivery"]["most_partitions"] == 22 * 5


def test_packing_is_a_matter_of_producers() -> None:
    one, many = read("--pack"), read("--pack", "--producers", "1000")
    assert one["workload"]["events_per_record"] > many["workload"]["events_per_record"] > 1


def test_recommended_settings_are_planned_with() -> None:
    found = read("--events-per-hour", "1e9", "--recommended")
    assert found["settings"]["claims.mode"] == "provisioned"
    assert found["monthly_cost_dollars"] < read("--events-per-hour", "1e9")["monthly_cost_dollars"]


def test_a_stacks_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.mine.yaml"
    run("--events-per-hour", "1e6", "--stack-file", str(path))
    assert path.read_text("utf-8").startswith("# For 1,000,000 events an hour.\n")


def test_a_file_of_events_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(
        "\n".join(
            f'{{"event_uuid":"{number}","event_name":"a:b","created_at":{1_790_000_000 + number}}}'
            for number in range(3601)
        )
    )
    found = read("--from-file", str(path))
    assert found["workload"]["events_per_hour"] == pytest.approx(3601)
    assert found["workload"]["type_shares"] == [1.0]


def test_another_region_has_other_prices(tmp_path: Path) -> None:
    assert "The stack is in eu-west-1, whose prices differ" in run("--region", "eu-west-1")
    path = tmp_path / "prices.toml"
    path.write_text('region = "eu-west-1"\nas_of = 2026-01-01\n')
    told = refused("--region", "eu-west-1", "--prices", str(path))
    assert re.fullmatch(
        r"firelake: the prices have no 'kinesis\.\w+': add it, as in prices\.toml\n", told
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--events-per-hour", "-1"), "events per hour: -1.0 is not within"),
        (("--events-per-hour", "0"), "events per hour: 0.0 is not within"),
        (("--events-per-hour", "nan"), "events per hour: nan is not within"),
        (("--from-file", "a", "--from-stream", "b"), "either a file or a stream, not both"),
        (("--from-file", "no/such"), "'no/such' cannot be read: No such file or directory"),
        (("--stack", "none"), "the stack 'none' has no file"),
        (("--config", "latenessDays=0"), "latenessDays: 0: must be"),
        (("--prices", "no/such"), "prices 'no/such' cannot be read"),
    ],
    ids=[
        "volume",
        "no volume",
        "no number",
        "two sources",
        "no file",
        "no stack",
        "no setting",
        "no prices",
    ],
)
def test_what_is_wrong_is_told(arguments: tuple[str, ...], told: str) -> None:
    assert told in refused(*arguments)


def test_a_new_project_is_planned_by_the_stack_that_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "events.toml").write_text("version = 1\n")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    monkeypatch.chdir(tmp_path)
    assert "the stack 'prod' has no file" in refused()

    settings = 'config:\n  aws:region: us-east-1\n  firelake:startDate: "2026-11-23"\n'
    (tmp_path / "Pulumi.dev.yaml").write_text(settings + "  firelake:latenessDays: 0\n")
    assert "the settings of 'dev' cannot be used" in refused()
    assert "name another stack by --stack (dev)," in refused("--stack", "none")

    (tmp_path / "Pulumi.prod.yaml").write_text(settings + "  firelake:latenessDays: 0\n")
    assert "the settings of 'prod' cannot be used" in refused()
    assert "name another stack by --stack (dev or prod)," in refused("--stack", "none")


def test_a_file_that_cannot_be_written_is_told() -> None:
    result = CliRunner().invoke(app, ["plan", "--stack-file", "no/such/file"])
    assert result.exit_code == 1
    assert "'no/such/file' cannot be written: No such file or directory" in result.stderr


def test_hostile_names_do_no_harm() -> None:
    told = refused("--from-file", "\x1b[2J[bold]x")
    assert "\x1b" not in told
    assert "\\x1b[2J[bold]x" in told


def test_a_plan_waits_for_no_plots_and_no_simulation() -> None:
    """What takes a second to import is imported by who asks for it."""
    code = (
        "import sys; from firelake.cli.app import app\n"
        "app(['plan', '--json'], standalone_mode=False)\n"
        "print(sorted({'matplotlib', 'simpy', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert re.search(r"\n\[\]\n\Z", done.stdout)


def test_a_simulation_stands_beside_the_formulas_in_json_too() -> None:
    found = read("--events-per-hour", "1e5", "--simulate", "--hours", "0.05", "--new-stack")
    simulated = found["simulation"]
    assert simulated["title"] == "Simulation of 0.05 h of a new stack, seed 1"
    assert len(simulated["outcome"]["freshness_percentiles_s"]) == 101
    assert simulated["compared"][0]["name"] == "events a second"
