"""What the table `events` that is deployed tells the next one: new columns, and what it had.

Firehose picks up a new version of its table by itself, and no page says how soon. A key for which
the version that it goes by has no column is dropped without a word. So the table remembers for a
while which of its columns it lacked, and the function keeps their values in `extras` as well. The
memory is a parameter of the table itself: whoever changes the columns changes it in the same call.
For the same reason no deployment takes a column away, nor does a rollback: rows of the function of
before may wait in Firehose's buffer still.
https://docs.aws.amazon.com/firehose/latest/APIReference/API_SchemaConfiguration.html
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from firelake.catalog.columns import Column, events_columns
from firelake.catalog.errors import DeployedTableError
from firelake.catalog.glue_types import glue_type
from firelake.catalog.history_table import NO_HISTORY, DeployedHistory
from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.contract.errors import FieldTypeError, ScheduleError
from firelake.contract.names import EVENT_TYPE, UNREGISTERED
from firelake.contract.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.contract.events import EventContract

# How long after a column came Firehose may go by a table without it: far longer than it was ever
# said to take, as a doubled value costs little and a lost one is lost.
PICK_UP: Final = timedelta(days=7)

NEW_COLUMNS_PARAMETER: Final = "firelake.new_columns"
# The schedule of claims that was deployed last, which the next one must follow; none for items.
CLAIMS_SCHEDULE_PARAMETER: Final = "firelake.claims_schedule"
_KEPT: Final = "The contract does not declare it any longer; kept for the rows that have it."
_TYPES_PARAMETER: Final = f"projection.{EVENT_TYPE}.values"


@dataclass(frozen=True, slots=True)
class DeployedTable:
    """The table as it is now, before a deployment.

    Attributes:
        columns: Its Glue types by name.
        parameters: Its parameters.
    """

    columns: Mapping[str, str]
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What the next table takes over.

    Attributes:
        new_columns: The declared fields whose columns Firehose's table may lack, each with the
            time at which its column came.
        event_types: Types that the lake has had, which stay projected: after a rollback their
            rows are still found.
        columns: Columns that the lake has had, and that the contract does not declare.
        claims_schedule: Which layout has the claim of which event, from this deployment on.
        history: What has moved out of the table.
    """

    new_columns: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    event_types: frozenset[str] = frozenset()
    columns: tuple[Column, ...] = ()
    claims_schedule: Schedule = ITEMS_ONLY
    history: DeployedHistory = NO_HISTORY

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that tell the table after the next one."""
        found: dict[str, str] = {}
        if self.new_columns:
            times = {name: at.isoformat() for name, at in sorted(self.new_columns.items())}
            found[NEW_COLUMNS_PARAMETER] = json.dumps(times, separators=(",", ":"))
        if self.claims_schedule != ITEMS_ONLY:
            found[CLAIMS_SCHEDULE_PARAMETER] = str(self.claims_schedule)
        return found

    def oldest_version(self, contract: EventContract) -> int:
        """Give the oldest version of the contract whose table Firehose may still go by.

        It has the column of every field whose `since` is not above it.
        """
        fields = contract.by_column
        declared = (fields[name] for name in self.new_columns if name in fields)
        since = (each.since - 1 for each in declared)
        return min(since, default=contract.version)


NOTHING_INHERITED: Final = Inheritance()


def deployed_schedule(deployed: DeployedTable) -> Schedule:
    """Return the schedule of claims that was deployed with a table.

    Args:
        deployed: The table.

    Raises:
        DeployedTableError: The table's parameter is none that a release of Firelake has written.
    """
    text = deployed.parameters.get(CLAIMS_SCHEDULE_PARAMETER)
    try:
        return ITEMS_ONLY if text is None else Schedule.of_text(text)
    except ScheduleError as error:
        message = (
            f"the table's parameter {CLAIMS_SCHEDULE_PARAMETER} is {text!r}: write there what "
            "FIRELAKE_CLAIMS_SCHEDULE of the deployed function is, and deploy again"
        )
        raise DeployedTableError(message) from error


def inherit(contract: EventContract, deployed: DeployedTable | None, now: datetime) -> Inheritance:
    """Compare the contract that is being deployed with the table that is there.

    A column is new if the table lacks it, or has it with another type. So are, for `PICK_UP`, those
    which an earlier deployment found new. As long as nothing changes nothing is forgotten, so that
    a second deployment of the same contract changes nothing.

    Args:
        contract: The contract that is being deployed.
        deployed: The table; None before the first deployment, when Firehose knows none either.
        now: The moment, UTC.

    Raises:
        DeployedTableError: The table's parameter is none that a release of Firelake has written.
    """
    if deployed is None:
        return NOTHING_INHERITED
    before = _times(deployed.parameters.get(NEW_COLUMNS_PARAMETER))
    new = {
        name: before[name] if is_there else now
        for name, declared in contract.by_column.items()
        if not (is_there := deployed.columns.get(name) == glue_type(declared.type))
        or name in before
    }
    kept = tuple(_kept(contract, deployed.columns))
    # A column that a rollback left without a field may be declared again tomorrow.
    new |= {column.name: before[column.name] for column in kept if column.name in before}
    if new.keys() != before.keys() or any(new[name] != before[name] for name in new):
        new = {name: at for name, at in new.items() if now - at < PICK_UP}
    types = deployed.parameters.get(_TYPES_PARAMETER, "").split(",")
    return Inheritance(
        MappingProxyType(new), frozenset(types) - {"", UNREGISTERED, *contract.event_types}, kept
    )


def _kept(contract: EventContract, columns: Mapping[str, str]) -> Iterator[Column]:
    """The columns that the contract does not declare, less those that somebody else has made."""
    own = {column.name for column in events_columns(contract)}
    for name, type_text in columns.items():
        if name not in own:
            with suppress(FieldTypeError):
                yield Column(name, parse_type(type_text), _KEPT)


def _times(parameter: str | None) -> dict[str, datetime]:
    if parameter is None:
        return {}
    try:
        texts = cast("dict[str, str]", json.loads(parameter))
        times = {name: datetime.fromisoformat(text) for name, text in texts.items()}
    except (AttributeError, TypeError, ValueError) as error:
        message = (
            f"the table's parameter {NEW_COLUMNS_PARAMETER} is {parameter!r}: remove it in Glue "
            "once all columns are more than a week old, and deploy again"
        )
        raise DeployedTableError(message) from error
    if any(at.tzinfo is None for at in times.values()):
        message = f"the table's parameter {NEW_COLUMNS_PARAMETER} has a time without zone"
        raise DeployedTableError(message)
    return times
