"""One run: ask everything once, send the canaries, wait for them, and gather what there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from firelake.failures.errors.lines import Unreadable
from firelake.health.verify.evidence import MATCHED, READ, Evidence, Trouble
from firelake.health.verify.seen import Seen
from firelake.health.verify.services import CrawlerState
from firelake.operations.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from firelake.aws.query_stored import Identity
    from firelake.health.verify.canaries import Canary
    from firelake.health.verify.evidence import Answer
    from firelake.health.verify.lake import CanaryLake, FileForm
    from firelake.health.verify.seen import SeenFailure
    from firelake.health.verify.services import Crawler
    from firelake.transform.claims import Claim

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a run acts on.

    Attributes:
        send: Sends the canaries, or raises.
        new_failures: Gives error lines since the last time.
        raw: Gives what the source backup has of the run.
        metric_sums: Gives the sums of metrics since the canaries were sent.
        awaited: The metrics that are waited for, by short name, as CloudWatch calls them.
        now_s: A clock that only goes forward, in seconds.
        sleep: Waits so many seconds.
    """

    send: Callable[[Sequence[Canary]], None]
    lake: CanaryLake
    new_failures: Callable[[], Iterable[SeenFailure | Unreadable]]
    raw: Callable[[], bytes]
    claims_of: Callable[[Sequence[Identity]], Mapping[Identity, Claim | None]]
    metric_sums: Callable[[], Mapping[str, float]]
    awaited: Mapping[str, str]
    crawler: Crawler
    now_s: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long to wait for what.

    Attributes:
        settle_s: So long after sending all has arrived that ever will.
        deadline_s: So long after sending no canary is waited for any longer.
        patience_s: So long after the canaries metrics, backup and crawler are waited for.
        poll_s: How long to wait between two looks.
    """

    settle_s: float
    deadline_s: float
    patience_s: float
    poll_s: float


def verify(
    world: World,
    canaries: Sequence[Canary],
    event_names: Sequence[str],
    timing: Timing,
    *,
    is_crawling: bool,
) -> Evidence:
    """Try a lake.

    Args:
        event_names: Events whose views are to be looked into.

    Raises:
        OpsError: Something refused before the canaries were sent, or the stream refused them.
    """
    return _Run(world, canaries, timing).gather(event_names, is_crawling=is_crawling)


@dataclass(slots=True)
class _Run:
    _world: World
    _canaries: Sequence[Canary]
    _timing: Timing
    _seen: Seen = field(default_factory=Seen)
    _trouble: Trouble | None = None

    def gather(self, event_names: Sequence[str], *, is_crawling: bool) -> Evidence:
        world = self._world
        world.say("asking everything once, before anything is sent")
        self._ask_once()
        records = sum(len(canary.records) for canary in self._canaries)
        world.say(f"sending {records} records")
        world.send(self._canaries)
        self._wait_for_canaries()
        started_s = world.now_s()
        crawler = _asked(world.crawler.state)
        has_crawler = isinstance(crawler, CrawlerState)
        if is_crawling and has_crawler:
            world.say("running the crawler")
            trouble = _asked(world.crawler.start)
            crawler = trouble if isinstance(trouble, Trouble) else crawler
        raw, sums = self._wait_for_the_rest(started_s)
        if is_crawling and has_crawler and not isinstance(crawler, Trouble):
            crawler = self._wait_for_crawler(started_s)
        world.say("looking into views, claims and a file")
        return Evidence(
            canaries=self._canaries,
            seen=self._seen,
            lake=self._trouble,
            views=_asked(lambda: world.lake.in_views(event_names)),
            claims=_asked(lambda: world.claims_of(self._delivered())),
            raw=raw,
            literals=_asked(world.lake.literals),
            form=_asked(self._form),
            sums=sums,
            crawler=crawler,
            is_registered=self._is_registered() if is_crawling and has_crawler else None,
            has_rules=MATCHED in world.awaited,
        )

    def _ask_once(self) -> None:
        """Lets a missing right show while nothing is sent yet."""
        world = self._world
        world.lake.rows()
        self._look_for_failures()
        self._seen.unreadable.clear()
        world.raw()
        world.claims_of(
            [each.identity for canary in self._canaries for each in canary.rows[:1]][:1]
        )
        world.metric_sums()
        world.crawler.state()

    def _wait_for_canaries(self) -> None:
        world, timing = self._world, self._timing
        events = len({uuid for canary in self._canaries for uuid in canary.uuids})
        sent_s = world.now_s()
        world.say(
            f"waiting {timing.settle_s:.0f} s, so long may events be on their way, and up to"
            f" {timing.deadline_s:.0f} s for what is missing then"
        )
        while True:
            self._trouble = None
            try:
                self._seen.rows = world.lake.rows()
                self._look_for_failures()
            except OpsError as error:
                self._trouble = Trouble(str(error))
            elapsed_s = world.now_s() - sent_s
            found = len({row.event_uuid for row in self._seen.rows})
            world.say(
                f"{found} of {events} events are rows, {len(self._seen.failures)} "
                f"records failed, after {elapsed_s:.0f} s"
            )
            is_settled = self._trouble is None and self._seen.is_settled(self._canaries)
            if (is_settled and elapsed_s >= timing.settle_s) or elapsed_s >= timing.deadline_s:
                return
            world.sleep(timing.poll_s)

    def _look_for_failures(self) -> None:
        for found in self._world.new_failures():
            if isinstance(found, Unreadable):
                self._seen.unreadable.append(f"{found.place}: {found.why}")
            else:
                self._seen.failures.append(found)

    def _wait_for_the_rest(
        self, started_s: float
    ) -> tuple[Answer[bytes], Answer[Mapping[str, float]]]:
        world = self._world
        patience_s = self._timing.patience_s
        world.say(f"waiting up to {patience_s:.0f} s for metrics and the source backup")
        while True:
            raw, sums = _asked(world.raw), _asked(world.metric_sums)
            elapsed_s = world.now_s() - started_s
            missing = self._unmeasured(sums)
            if not self._is_backed_up(raw):
                missing.append("the source backup")
            if not missing or elapsed_s >= patience_s:
                return raw, sums
            world.say(f"not there after {elapsed_s:.0f} s: {', '.join(missing)}")
            world.sleep(self._timing.poll_s)

    def _is_backed_up(self, raw: Answer[bytes]) -> bool:
        if isinstance(raw, Trouble):
            return False
        lines = [
            line for each in self._canaries for one in each.records for line in one.split(b"\n")
        ]
        return all(line in raw for line in lines)

    def _unmeasured(self, sums: Answer[Mapping[str, float]]) -> list[str]:
        """The metrics that are waited for and lack something, as CloudWatch calls them."""
        records = sum(len(canary.records) for canary in self._canaries)
        return [
            name
            for metric, name in self._world.awaited.items()
            if isinstance(sums, Trouble)
            or metric not in sums
            or (metric == READ and sums[READ] < records)
        ]

    def _wait_for_crawler(self, started_s: float) -> Answer[CrawlerState | str]:
        world = self._world
        while True:
            state = _asked(world.crawler.state)
            is_over = world.now_s() - started_s >= self._timing.patience_s
            if is_over or not isinstance(state, CrawlerState) or state.is_ready:
                return state
            world.sleep(self._timing.poll_s)

    def _is_registered(self) -> bool | None:
        if not self._seen.rows:
            return None
        row = self._seen.rows[0]
        registered = _asked(lambda: self._world.crawler.has_partition((row.event_type, row.dt)))
        return None if isinstance(registered, Trouble) else registered

    def _delivered(self) -> list[Identity]:
        return sorted({row.identity for row in self._seen.rows})

    def _form(self) -> FileForm | None:
        return self._world.lake.form_of(self._seen.rows[0].path) if self._seen.rows else None


def _asked(ask: Callable[[], _T]) -> _T | Trouble:
    """Asks, and keeps a refusal as trouble: it is a finding, and others are wanted too."""
    try:
        return ask()
    except OpsError as error:
        return Trouble(str(error))
