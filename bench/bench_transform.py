"""Transform CPU an event without claims, against a bare loop of base64 and orjson."""

from __future__ import annotations

import base64
import contextlib
import io
from typing import TYPE_CHECKING, Any

import orjson
from aws_lambda_powertools import Logger

from bench.measure import print_table, side_by_side
from bench.workload import EVENT_BYTES, invocation, make_events, pack
from firelake.transform.batch import Batch
from firelake.transform.claims import Outcome, PageCounts, Verdict
from firelake.transform.events import EventReader
from firelake.transform.handler import Transform
from firelake.transform.records import parse_request
from firelake.transform.settings import Settings
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Claim, Found, Replacement

EVENTS = 500
ROUNDS = 31


class AlwaysNew:
    """A claim store that has no item and takes no time."""

    def __init__(self) -> None:
        self.counts = PageCounts()

    def insert(self, claims: Sequence[Claim]) -> Sequence[Outcome | Claim]:
        """Takes every claim."""
        return [Outcome.DONE] * len(claims)

    def read(self, keys: Sequence[ClaimKey]) -> dict[ClaimKey, Found]:
        """Never asked, as nothing is taken."""
        raise AssertionError(keys)

    def replace(self, replacements: Sequence[Replacement]) -> Sequence[Outcome]:
        """Never asked, as nothing is taken."""
        raise AssertionError(replacements)


def bare(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The least that any transform of whole records does."""
    return [
        {
            "recordId": record["recordId"],
            "result": "Ok",
            "data": base64.b64encode(
                b"\n".join(
                    orjson.dumps(orjson.loads(line))
                    for line in base64.b64decode(record["data"]).splitlines()
                )
            ).decode(),
        }
        for record in event["records"]
    ]


def main() -> None:
    """Prints the table."""
    settings = Settings(claims_table="none")
    reader = EventReader(
        LEARNING, lateness_days=settings.lateness_days, granularity=settings.granularity
    )
    transform = Transform(
        settings, reader, lambda _: AlwaysNew(), Logger(service="bench", stream=io.StringIO())
    )
    events = make_events(EVENTS)
    rows: list[list[str]] = []
    for shape, records in (("one event a record", events), ("40 packed", pack(events, 40))):
        event = invocation(records)

        def run_bare(event: dict[str, Any] = event) -> int:
            bare(event)
            return EVENTS

        def run_transform(event: dict[str, Any] = event) -> int:
            batch = Batch(parse_request(event), reader)
            answers = batch.answer([Verdict.PASS] * EVENTS)
            if any(answer["result"] != "Ok" for answer in answers):
                raise AssertionError(answers)
            return EVENTS

        def run_handler(event: dict[str, Any] = event) -> int:
            with contextlib.redirect_stdout(io.StringIO()):
                transform.answer(event, 60)
            return EVENTS

        figures = side_by_side(
            {
                "base64 + orjson, bare": run_bare,
                "transform: decode to answer": run_transform,
                "the same with verdicts, log and metrics": run_handler,
            },
            rounds=ROUNDS,
        )
        rows += [
            [f"{name}, {shape}", f"{each.cpu_us:.1f}", f"{each.cpu_ratio:.2f}"]
            for name, each in figures.items()
        ]
    print_table(
        f"Transform, claims aside: {EVENTS} events of {EVENT_BYTES} bytes, medians of {ROUNDS}",
        ["way", "CPU us/event", "x bare"],
        rows,
    )


if __name__ == "__main__":
    main()
