"""The command `firelake verify`: its options, and how it shows what was found."""

from __future__ import annotations

import json
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from firelake.aws.lake_ref import Fact, LakeRef
from firelake.cli.context import with_lake
from firelake.cli.options import DeployedContractOption, JsonOption
from firelake.failures.errors.events import ErrorEvents
from firelake.health.verify.canaries import CanaryMaker, Kind
from firelake.health.verify.checks import check_all
from firelake.health.verify.facts import facts_of
from firelake.health.verify.run import Timing, verify
from firelake.health.verify.showing import as_document, checks_table, facts_table, failed
from firelake.health.verify.wiring import schedule_of, world_of
from firelake.operations.contract_source import read_contract
from firelake.operations.terminal import output, plain, print_lines, say, say_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.contract.events import EventContract
    from firelake.health.verify.canaries import Canary

# Between two looks at the lake, which scan each a little of it.
_LOOKS_PER_SETTLE: Final = 20
_LONGEST_POLL_S: Final = 30.0
_SHORTEST_POLL_S: Final = 0.5
# Beyond what must be, for a first file that takes its time.
_GRACE_S: Final = 300


@with_lake(
    *(fact for fact in Fact if fact.value.is_needed and fact is not Fact.RETENTION_HOURS),
    known=(Fact.CRAWLER, Fact.ALARM_PREFIX),
)
def verify_command(  # noqa: PLR0913 -- one an option
    *,
    lake: LakeRef,
    deadline: Annotated[
        float | None,
        typer.Option(
            min=1.0,
            max=86_400.0,
            help="Seconds for which canaries are waited for.",
            show_default="2 x settle + 300",
        ),
    ] = None,
    patience: Annotated[
        float,
        typer.Option(
            min=0.0, max=86_400.0, help="Seconds for which metrics and backup are waited for, too."
        ),
    ] = 900.0,
    crawl: Annotated[
        bool, typer.Option("--crawl", help="Run the crawler, and look at what it does.")
    ] = False,
    as_json: JsonOption = False,
    contract: DeployedContractOption,
) -> None:
    """Try a lake: send canaries through it, and tell what became of them.

    It deletes nothing: canaries stay in the lake, with ids that begin with canary-. Exits with 1
    if a promise is not kept, or a fact does not hold that the lake relies on.
    """
    started = datetime.now(UTC)
    run = f"{started:%Y%m%dt%H%M%S}-{secrets.token_hex(4)}"
    events_contract = read_contract(contract)
    canaries = CanaryMaker(
        events_contract,
        run=run,
        now_s=started.timestamp(),
        lateness_days=lake.lateness_days,
        granularity=lake.granularity,
        schedule=schedule_of(lake),
    ).all()
    timing = Timing(
        settle_s=lake.settle_s,
        deadline_s=2 * lake.settle_s + _GRACE_S if deadline is None else deadline,
        patience_s=patience,
        poll_s=min(max(lake.settle_s / _LOOKS_PER_SETTLE, _SHORTEST_POLL_S), _LONGEST_POLL_S),
    )
    with ThreadPoolExecutor(1, thread_name_prefix="claims") as executor:
        world, endpoint = world_of(
            lake,
            run,
            canaries,
            executor,
            started=started,
            say=say_step,
        )
        names = _names(events_contract, canaries)
        evidence = verify(world, canaries, names, timing, is_crawling=crawl)
    judge = ErrorEvents(
        events_contract, lateness_days=lake.lateness_days, granularity=lake.granularity
    )
    checks, facts = check_all(evidence, judge), facts_of(evidence)
    if as_json:
        sys.stdout.write(json.dumps(as_document(run, endpoint, checks, facts)) + "\n")
    else:
        print_lines(f"Run {run} against {endpoint}")
        output().print(checks_table(checks))
        output().print(facts_table(facts))
    wrong = failed(checks, facts)
    say(*(plain(f"{each.name}: {each.detail}", "bold red") for each in wrong))
    if wrong:
        raise typer.Exit(1)


def _names(contract: EventContract, canaries: Sequence[Canary]) -> list[str]:
    """Gives the names of the canaries of which the contract has a view."""
    rows = [row for each in canaries if each.kind is Kind.TYPE for row in each.rows]
    return [row.event_name for row in rows if row.event_name in contract.events]
