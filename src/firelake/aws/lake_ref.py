"""Which lake is meant: the facts by which it is found, from options first, then the environment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import TYPE_CHECKING, Final, Self, cast

from firelake.aws.errors import LakeRefError
from firelake.contract.facts import (
    MAX_DEDUPE_DAYS,
    MAX_LATENESS_DAYS,
    MAX_RETENTION_HOURS,
    MIN_RETENTION_HOURS,
)
from firelake.contract.layout import Granularity
from firelake.contract.names import (
    ENV_BUCKET,
    ENV_CLAIMS_TABLE,
    ENV_DATABASE,
    ENV_DEDUPE_DAYS,
    ENV_GRANULARITY,
    ENV_LATENESS_DAYS,
    ENV_NAME_PREFIX,
    ENV_RETENTION_HOURS,
    ENV_SETTLE_S,
    ENV_WORKGROUP,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FactValue = str | int | Granularity


@dataclass(frozen=True, slots=True)
class FactForm:
    """How one fact is given.

    Attributes:
        parameter: Its name in Python; the option is named after it.
        variable: The environment's variable.
        output: The stack's output.
        help: What it is.
        least: The least value of a whole number; None for a text.
        most: The greatest one.
        is_needed: Whether every lake has it; what not every one has, no command can need.
    """

    parameter: str
    variable: str
    output: str
    help: str
    least: int | None = None
    most: int = 0
    is_needed: bool = True


@unique
class Fact(Enum):
    """The facts of a lake that no name tells: each an output of the stack."""

    STREAM = FactForm(
        "stream", "FIRELAKE_STREAM", "streamName", "Name or ARN of the Kinesis stream."
    )
    BUCKET = FactForm(
        "bucket",
        ENV_BUCKET,
        "bucket",
        "The lake's bucket, and the folder in it if there is one: data/lakes/shop.",
    )
    DELIVERY_STREAM = FactForm(
        "delivery_stream",
        "FIRELAKE_DELIVERY_STREAM",
        "deliveryStream",
        "Name of the Firehose stream.",
    )
    DATABASE = FactForm("database", ENV_DATABASE, "database", "The Glue database.")
    WORKGROUP = FactForm("workgroup", ENV_WORKGROUP, "workgroup", "The Athena workgroup.")
    CLAIMS_TABLE = FactForm("claims_table", ENV_CLAIMS_TABLE, "claimsTable", "The table of claims.")
    GRANULARITY = FactForm(
        "granularity",
        ENV_GRANULARITY,
        "granularity",
        "How much time a dt partition holds, by the stack.",
    )
    LATENESS_DAYS = FactForm(
        "lateness_days",
        ENV_LATENESS_DAYS,
        "latenessDays",
        "How late an event may come, by the stack.",
        1,
        MAX_LATENESS_DAYS,
    )
    DEDUPE_DAYS = FactForm(
        "dedupe_days",
        ENV_DEDUPE_DAYS,
        "dedupeDays",
        "How long claims are kept, by the stack.",
        1,
        MAX_DEDUPE_DAYS,
    )
    SETTLE_S = FactForm(
        "settle",
        ENV_SETTLE_S,
        "settleSeconds",
        "How long an event may be on its way, by the stack.",
        1,
        86_400 * MAX_DEDUPE_DAYS,
    )
    RETENTION_HOURS = FactForm(
        "retention_hours",
        ENV_RETENTION_HOURS,
        "retentionHours",
        "How long the stream keeps records.",
        MIN_RETENTION_HOURS,
        MAX_RETENTION_HOURS,
    )
    NAME_PREFIX = FactForm(
        "name_prefix",
        ENV_NAME_PREFIX,
        "namePrefix",
        "What the names of the lake begin with.",
    )
    FUNCTION = FactForm(
        "function",
        "FIRELAKE_FUNCTION",
        "functionName",
        "The transform function, where it is not named after the prefix.",
        is_needed=False,
    )
    CRAWLER = FactForm(
        "crawler",
        "FIRELAKE_CRAWLER",
        "crawler",
        "The crawler, where it is not named after the prefix.",
        is_needed=False,
    )
    ALARM_PREFIX = FactForm(
        "alarm_prefix",
        "FIRELAKE_ALARM_PREFIX",
        "alarmPrefix",
        "What alarms and rules begin with; not given where the stack has none.",
        is_needed=False,
    )
    TAKES_PACKED_RECORDS = FactForm(
        "takes_packed_records",
        "FIRELAKE_TAKES_PACKED_RECORDS",
        "takesPackedRecords",
        "1 where producers are to pack small events, by the stack.",
        0,
        1,
        is_needed=False,
    )

    @property
    def option(self) -> str:
        """The option of the command line."""
        return f"--{self.value.parameter.replace('_', '-')}"


# The stack's outputs that tell of a lake, and the variable of each.
OUTPUT_VARIABLES: Final[Mapping[str, str]] = {
    fact.value.output: fact.value.variable for fact in Fact
}
# Those of them that every stack has.
NEEDED_OUTPUTS: Final = tuple(fact.value.output for fact in Fact if fact.value.is_needed)
# The file of the contract that the lake is deployed with, where it is not this project's own.
CONTRACT_VARIABLE: Final = "FIRELAKE_CONTRACT"
# Which region the lake is in, as AWS's tools read it; boto3 reads the second one alone:
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
REGION_VARIABLES: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")

# Python refuses to read very long numbers.
_MOST_DIGITS: Final = 18

_HINT: Final = (
    'for the lake on this machine run eval "$(firelake env)", for a stack on AWS'
    ' eval "$(pulumi stack output --json | firelake env --outputs -)"'
)


class LakeRef:
    """One lake, as far as it was asked for: each property raises where its fact is not known."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[Fact, FactValue | None]) -> None:
        """Takes what is known; None and what is missing are unknown."""
        self._values: Mapping[Fact, FactValue] = {
            fact: value for fact, value in values.items() if value is not None
        }

    @classmethod
    def resolve(
        cls,
        options: Mapping[Fact, FactValue | None],
        environment: Mapping[str, str],
        needed: Iterable[Fact] = (),
    ) -> Self:
        """Find the facts of a lake: options first, then the environment.

        Args:
            options: What was given beside the environment; None where nothing was.
            environment: Variables and their values, as `firelake env` prints them.
            needed: What must be known.

        Raises:
            LakeRefError: What is needed is given by neither, an option is empty, or a variable has
                a wrong value.
        """
        values: dict[Fact, FactValue | None] = {}
        for fact in Fact:
            value = options.get(fact)
            if value == "":
                # As of a shell's variable that is not set: which lake the environment means instead
                # nobody asked.
                message = f"{fact.option} is empty: give a value, or leave the option out"
                raise LakeRefError(message)
            text = environment.get(fact.value.variable)
            values[fact] = _parsed(fact, text) if value is None and text else value
        found = cls(values)
        found.require(needed)
        return found

    def require(self, needed: Iterable[Fact]) -> None:
        """Refuse to go on without facts, all that are unknown at once.

        Raises:
            LakeRefError: One of them is not known; the text names its option and its variable.
        """
        missing = [fact for fact in needed if fact not in self._values]
        if missing:
            named = ", ".join(f"{fact.option} ({fact.value.variable})" for fact in missing)
            message = (
                f"which lake? not given: {named}; give the option or set the variable: {_HINT}"
            )
            raise LakeRefError(message)

    def knows(self, *facts: Fact) -> bool:
        """Whether all of these facts are known."""
        return all(fact in self._values for fact in facts)

    @property
    def stream(self) -> str:
        """Name or ARN of the Kinesis stream."""
        return str(self._value(Fact.STREAM))

    @property
    def name_prefix(self) -> str:
        """What names begin with that were not given."""
        return str(self._value(Fact.NAME_PREFIX))

    def given(self, fact: Fact) -> str | None:
        """Returns a fact that not every lake has; None where it was not given."""
        value = self._values.get(fact)
        return None if value is None else str(value)

    @property
    def bucket(self) -> str:
        """Name of the bucket."""
        return str(self._value(Fact.BUCKET))

    @property
    def delivery_stream(self) -> str:
        """Name of the Firehose stream."""
        return str(self._value(Fact.DELIVERY_STREAM))

    @property
    def database(self) -> str:
        """Name of the Glue database."""
        return str(self._value(Fact.DATABASE))

    @property
    def workgroup(self) -> str:
        """Name of the Athena workgroup, which says where results go."""
        return str(self._value(Fact.WORKGROUP))

    @property
    def claims_table(self) -> str:
        """Name of the table of claims."""
        return str(self._value(Fact.CLAIMS_TABLE))

    @property
    def granularity(self) -> Granularity:
        """How much time one `dt` partition of `events` holds."""
        return Granularity(str(self._value(Fact.GRANULARITY)))

    @property
    def lateness_days(self) -> int:
        """How long before its arrival an event may have been created."""
        return self._whole(Fact.LATENESS_DAYS)

    @property
    def dedupe_days(self) -> int:
        """How long a claim lives, longer than a record may wait in the stream."""
        return self._whole(Fact.DEDUPE_DAYS)

    @property
    def settle_s(self) -> int:
        """How long after its claim an event must be in the lake, if it ever will be."""
        return self._whole(Fact.SETTLE_S)

    @property
    def retention_hours(self) -> int:
        """How long the stream keeps records."""
        return self._whole(Fact.RETENTION_HOURS)

    @property
    def takes_packed_records(self) -> bool:
        """Whether producers are to pack small events."""
        return self._values.get(Fact.TAKES_PACKED_RECORDS) == 1

    def _value(self, fact: Fact) -> FactValue:
        self.require((fact,))
        return self._values[fact]

    def _whole(self, fact: Fact) -> int:
        return cast("int", self._value(fact))


def _parsed(fact: Fact, text: str) -> FactValue:
    least = fact.value.least
    if fact is Fact.GRANULARITY:
        if text in tuple(Granularity):
            return Granularity(text)
        wanted = f"one of {', '.join(Granularity)}"
    elif least is None:
        return text
    else:
        if (
            len(text) <= _MOST_DIGITS
            and text.isascii()
            and text.isdigit()
            and least <= int(text) <= fact.value.most
        ):
            return int(text)
        wanted = f"a whole number from {least} to {fact.value.most}"
    message = (
        f"{fact.value.variable} is {text!r}: give the stack's output {fact.value.output}, {wanted},"
        f" or the option {fact.option}"
    )
    raise LakeRefError(message)
