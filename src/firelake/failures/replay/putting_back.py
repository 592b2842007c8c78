"""One chunk of events through the rules: each step asked for all events that are at it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from firelake.contract.names import UNREGISTERED
from firelake.failures.replay.rules import ENDS, Run, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Executor

    from firelake.aws.query_stored import Identity
    from firelake.failures.deletion import Deletion
    from firelake.failures.replay.rules import Replaying
    from firelake.transform.claims import Candidate, Claim, Outcome

Partition = tuple[str, str]

# A deletion without an answer leads back to reading; in the end the event is left for later.
_MOST_ROUNDS: Final = 5


class Lake(Protocol):
    """Tells what the table `events` has; `firelake.aws.query` does."""

    def stored_identities(
        self, partitions: Iterable[Partition], uuids: Iterable[str]
    ) -> set[Identity]:
        """Returns which events with these ids have a row in any of these partitions."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event to put back.

    Attributes:
        partition: The first part of its name, and its partition by time.
        event: Its JSON.
        is_accepted: Whether the function would accept it today; else it is only asked for.
        receipt: Key of its error object, and its label there; None where it stands in no such.
        is_changed: Whether the error object does not hold it as it is.
    """

    candidate: Candidate
    partition: Partition
    event: bytes
    is_accepted: bool = True
    receipt: tuple[str, str] | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the rules are told by.

    Attributes:
        claims_of: Reads claims consistently, each of them.
        delivered_until_ms: Until when everything is delivered, by data points from the given
            time on; None where there is none.
        send: Puts events on the stream; tells of each whether Kinesis has it.
        executor: Runs questions to the lake, a few at once.
    """

    claims_of: Callable[[Sequence[Identity]], Mapping[Identity, Claim | None]]
    delete: Callable[[Sequence[Deletion]], Sequence[Outcome]]
    delivered_until_ms: Callable[[int], int | None]
    lake: Lake
    send: Callable[[Sequence[bytes]], Sequence[bool]]
    executor: Executor


Reserve: TypeAlias = "Callable[[Sequence[Wanted]], Sequence[bool]]"


def put_back(
    wanted: Sequence[Wanted],
    rules: Replaying,
    world: World,
    reserve: Reserve,
    *,
    is_dry_run: bool = False,
) -> list[Run]:
    """Bring each event to its end.

    Of events that are copies of each other the first is put back.

    Args:
        reserve: Writes the receipts of events before they are sent; tells of each whether its
            receipt bears its identity, and not that of another run.
        is_dry_run: Whether to change nothing: an event that would be sent counts as sent.

    Returns:
        Each event's run at its end, in their order; one that is left for later bears the claim that
        it waits for, if it is one.

    Raises:
        OpsError: The world refuses. Run again: what was sent then is known by its claim.
    """
    return _Chunk(wanted, rules, world, reserve, is_dry_run=is_dry_run).run()


class _Chunk:
    def __init__(
        self,
        wanted: Sequence[Wanted],
        rules: Replaying,
        world: World,
        reserve: Reserve,
        *,
        is_dry_run: bool,
    ) -> None:
        self._wanted = wanted
        self._keys = [_key(each) for each in wanted]
        self._reserved_by_others: set[int] = set()
        self._events: dict[_Key, Wanted] = {}
        for key, each in zip(self._keys, wanted, strict=True):
            self._events.setdefault(key, each)
        self._rules = rules
        self._world = world
        self._write_receipts = reserve
        self._is_dry_run = is_dry_run
        self._runs: dict[_Key, Run] = {
            key: rules.begin() if each.is_accepted else rules.only_ask()
            for key, each in self._events.items()
        }

    def run(self) -> list[Run]:
        for _ in range(_MOST_ROUNDS):
            self._read(self._at(Step.READ))
            self._look(self._at(Step.LOOK))
            self._ask(self._at(Step.ASK))
            self._delete(self._at(Step.DELETE))
            self._reserve(self._at(Step.RESERVE))
            self._send(self._at(Step.SEND))
            if all(run.step in ENDS for run in self._runs.values()):
                break
        return [self._end(index, self._runs[key]) for index, key in enumerate(self._keys)]

    def _end(self, index: int, run: Run) -> Run:
        is_own = index not in self._reserved_by_others
        return run if run.step in ENDS and is_own else Run(Step.LATER)

    def _at(self, step: Step) -> list[_Key]:
        return [key for key, run in self._runs.items() if run.step is step]

    def _read(self, keys: list[_Key]) -> None:
        if keys:
            claims = self._world.claims_of(list(dict.fromkeys(key[:3] for key in keys)))
            for key in keys:
                event = self._events[key].candidate
                self._runs[key] = self._rules.claim_read(self._runs[key], event, claims[key[:3]])

    def _look(self, keys: list[_Key]) -> None:
        claims = [claim for key in keys if (claim := self._runs[key].claim) is not None]
        if claims:
            oldest_ms = min(claim.claimed_at_ms for claim in claims)
            until_ms = self._world.delivered_until_ms(oldest_ms)
            for key in keys:
                self._runs[key] = self._rules.freshness_seen(self._runs[key], until_ms)

    def _ask(self, keys: list[_Key]) -> None:
        by_partition: defaultdict[Partition, list[_Key]] = defaultdict(list)
        for key in keys:
            by_partition[self._events[key].partition].append(key)
        # Ids of another partition are not to be mixed in: one that is reused may stand there.
        stored = self._world.executor.map(
            self._world.lake.stored_identities,
            [partitions_of(partition) for partition in by_partition],
            [sorted({uuid for uuid, *_ in of_partition}) for of_partition in by_partition.values()],
        )
        for of_partition, found in zip(by_partition.values(), stored, strict=True):
            for key in of_partition:
                self._runs[key] = self._rules.lake_asked(self._runs[key], is_there=key[:3] in found)

    def _delete(self, keys: list[_Key]) -> None:
        if self._is_dry_run:
            self._runs.update((key, Run(Step.RESERVE)) for key in keys)
        elif keys:
            deletions = [self._rules.deletion(self._runs[key]) for key in keys]
            for key, outcome in zip(keys, self._world.delete(deletions), strict=True):
                self._runs[key] = self._rules.claim_deleted(outcome)

    def _reserve(self, keys: list[_Key]) -> None:
        """Writes the receipt of each copy, so that no later run has to find its identity anew."""
        if self._is_dry_run:
            self._runs.update((key, Run(Step.SEND)) for key in keys)
        elif keys:
            at = set(keys)
            indexes = [index for index, key in enumerate(self._keys) if key in at]
            reserved = self._write_receipts([self._wanted[index] for index in indexes])
            own: set[_Key] = set()
            for index, is_own in zip(indexes, reserved, strict=True):
                if is_own:
                    own.add(self._keys[index])
                else:
                    self._reserved_by_others.add(index)
            for key in keys:
                self._runs[key] = self._rules.reserved(is_own=key in own)

    def _send(self, keys: list[_Key]) -> None:
        if self._is_dry_run:
            self._runs.update((key, Run(Step.SENT)) for key in keys)
        elif keys:
            taken = self._world.send([self._events[key].event for key in keys])
            for key, is_taken in zip(keys, taken, strict=True):
                self._runs[key] = self._rules.sent(is_taken=is_taken)


_Key = tuple[str, str, float, Partition]


def _key(wanted: Wanted) -> _Key:
    return *wanted.candidate.identity, wanted.partition


def partitions_of(partition: Partition) -> tuple[Partition, ...]:
    """Returns every partition that an event may ever have had, as a contract may learn its type.

    Args:
        partition: The first part of its name, and its partition by time.
    """
    event_type, dt = partition
    return tuple(dict.fromkeys([(event_type, dt), (UNREGISTERED, dt)]))
