"""A run asks before it sends, waits as long as it must and no longer, and keeps refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from firelake.failures.errors.lines import Place, Unreadable
from firelake.health.verify.evidence import READ, Evidence, Trouble
from firelake.health.verify.run import Timing, World, verify
from firelake.health.verify.services import CrawlerState
from firelake.operations.errors import LakeQueryError, OpsError, StreamError
from tests.unit.health.verify.simulated_run import good_run, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firelake.aws.query_stored import Identity
    from firelake.health.verify.canaries import Canary
    from firelake.health.verify.lake import FileForm
    from firelake.health.verify.seen import SeenFailure, SeenRow
    from firelake.transform.claims import Claim

TIMING: Final = Timing(settle_s=100, deadline_s=300, patience_s=200, poll_s=10)
GOOD: Final = good_run()
AWAITED: Final = {
    "freshness": "DeliveryToS3.DataFreshness",
    "read": "DataReadFromKinesisStream.Records",
    "received": "EventsReceived",
    "matched": "MatchedEvents",
}


class SimulatedStack:
    """A stack in which canaries arrive at a time, and metrics with the backup at another.

    Attributes:
        arrives_s: When rows and failures are there, after sending.
        measured_s: When metrics and backup are there.
        crawl_s: How long the crawler runs.
        refusing: Names of what refuses, once the canaries are sent.
        calls: What was called, in order.
    """

    def __init__(self, arrives_s: float = 60, measured_s: float = 60, crawl_s: float = 50) -> None:
        self.arrives_s = arrives_s
        self.measured_s = measured_s
        self.crawl_s = crawl_s
        self.refusing: set[str] = set()
        self.calls: list[str] = []
        self.now_s = 1000.0
        self.sent_s: float | None = None
        self.crawled_s: float | None = None
        self.said: list[str] = []
        self._told = False

    def world(self) -> World:
        return World(
            send=self.send,
            lake=cast("Any", self),
            new_failures=self.new_failures,
            raw=self.raw,
            claims_of=self.claims_of,
            metric_sums=self.metric_sums,
            awaited=AWAITED,
            crawler=cast("Any", self),
            now_s=lambda: self.now_s,
            sleep=self.sleep,
            say=self.said.append,
        )

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def since_s(self) -> float:
        return -1 if self.sent_s is None else self.now_s - self.sent_s

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if name in self.refusing:
            message = f"{name} refused"
            raise LakeQueryError(message)

    def send(self, canaries: Sequence[Canary]) -> None:
        self._called("send")
        assert canaries is GOOD.canaries
        self.sent_s = self.now_s

    def rows(self) -> list[SeenRow]:
        self._called("rows")
        return [*GOOD.seen.rows] if self.since_s() >= self.arrives_s else []

    def in_views(self, event_names: Sequence[str]) -> Mapping[str, Sequence[str]]:
        self._called("in_views")
        assert len(event_names) > 1
        assert not isinstance(GOOD.views, Trouble)
        return GOOD.views

    def literals(self) -> tuple[str, str]:
        self._called("literals")
        assert not isinstance(GOOD.literals, Trouble)
        return GOOD.literals

    def form_of(self, path: str) -> FileForm | None:
        self._called("form_of")
        assert path.startswith("s3://lake/events/")
        assert not isinstance(GOOD.form, Trouble)
        return GOOD.form

    def new_failures(self) -> list[SeenFailure | Unreadable]:
        self._called("new_failures")
        if self.sent_s is None:
            return [Unreadable(Place("errors/old"), "another's")]
        if self.since_s() < self.arrives_s or self._told:
            return []
        self._told = True
        return [*GOOD.seen.failures, Unreadable(Place("errors/x"), "cut off")]

    def raw(self) -> bytes:
        self._called("raw")
        assert isinstance(GOOD.raw, bytes)
        return GOOD.raw if self.since_s() >= self.measured_s else b""

    def claims_of(self, events: Sequence[Identity]) -> Mapping[Identity, Claim | None]:
        self._called("claims_of")
        assert not isinstance(GOOD.claims, Trouble)
        return {event: GOOD.claims[event] for event in events}

    def metric_sums(self) -> Mapping[str, float]:
        self._called("metric_sums")
        assert not isinstance(GOOD.sums, Trouble)
        return GOOD.sums if self.since_s() >= self.measured_s else {READ: 1.0}

    def state(self) -> CrawlerState | str:
        self._called("state")
        is_ready = self.crawled_s is None or self.now_s - self.crawled_s >= self.crawl_s
        return CrawlerState(
            is_ready=is_ready,
            is_of_events=True,
            last_status="SUCCEEDED" if is_ready and self.crawled_s else "",
            last_message="",
        )

    def start(self) -> None:
        self._called("start")
        self.crawled_s = self.now_s

    def has_partition(self, values: Sequence[str]) -> bool:
        self._called("has_partition")
        assert len(values) == 2
        return True


def run(stack: SimulatedStack, *, is_crawling: bool = False) -> Evidence:
    names = names_of(GOOD.canaries)
    return verify(stack.world(), GOOD.canaries, names, TIMING, is_crawling=is_crawling)


def test_everything_is_asked_before_the_canaries_are_sent() -> None:
    stack = SimulatedStack()
    run(stack)
    before = stack.calls[: stack.calls.index("send")]
    assert before == ["rows", "new_failures", "raw", "claims_of", "metric_sums", "state"]


@pytest.mark.parametrize("name", ["rows", "new_failures", "raw", "claims_of", "metric_sums"])
def test_a_refusal_beforehand_ends_the_run_with_nothing_sent(name: str) -> None:
    stack = SimulatedStack()
    stack.refusing = {name}
    with pytest.raises(OpsError, match=f"{name} refused"):
        run(stack)
    assert "send" not in stack.calls


def test_a_stream_that_refuses_ends_the_run() -> None:
    stack = SimulatedStack()

    def send(canaries: Sequence[Canary]) -> None:
        del canaries
        message = "no such stream"
        raise StreamError(message)

    stack.send = send
    with pytest.raises(StreamError):
        run(stack)


@pytest.mark.parametrize(
    ("arrives_s", "measured_s", "ended_s"),
    [(60, 60, 100), (150, 60, 150), (60, 170, 170), (10_000, 10_000, 500)],
    ids=["until all has settled", "until rows come", "until metrics come", "until the deadlines"],
)
def test_it_waits_as_long_as_it_must_and_no_longer(
    arrives_s: float, measured_s: float, ended_s: float
) -> None:
    stack = SimulatedStack(arrives_s, measured_s)
    run(stack)
    assert stack.since_s() == ended_s


def test_it_says_how_long_it_waits_before_it_does() -> None:
    stack = SimulatedStack()
    run(stack)
    sent = next(index for index, text in enumerate(stack.said) if text.startswith("sending "))
    assert stack.said[sent + 1] == (
        "waiting 100 s, so long may events be on their way, and up to 300 s for what is missing"
        " then"
    )
    assert "waiting up to 200 s for metrics and the source backup" in stack.said


def test_it_says_what_it_waits_for_while_it_does() -> None:
    stack = SimulatedStack(arrives_s=60, measured_s=125)
    run(stack)
    late = [text for text in stack.said if text.startswith("not there after ")]
    metrics = ", ".join(AWAITED.values())
    assert late == [
        f"not there after 0 s: {metrics}, the source backup",
        f"not there after 10 s: {metrics}, the source backup",
        f"not there after 20 s: {metrics}, the source backup",
    ]


def test_what_was_seen_is_kept_whole() -> None:
    evidence = run(SimulatedStack())
    assert [*evidence.seen.rows] == [*GOOD.seen.rows]
    assert evidence.seen.failures == GOOD.seen.failures
    # What could not be read before is none of the run's.
    assert evidence.seen.unreadable == ["errors/x: cut off"]
    assert (evidence.claims, evidence.raw, evidence.sums) == (GOOD.claims, GOOD.raw, GOOD.sums)
    assert (evidence.lake, evidence.is_registered) == (None, None)


@pytest.mark.parametrize(
    "name", ["in_views", "claims_of", "literals", "form_of", "raw", "metric_sums"]
)
def test_a_refusal_afterwards_is_a_finding(name: str) -> None:
    stack = SimulatedStack()
    send = stack.send

    def refusing(canaries: Sequence[Canary]) -> None:
        send(canaries)
        stack.refusing = {name}

    stack.send = refusing
    evidence = run(stack)
    found = {
        "in_views": evidence.views,
        "claims_of": evidence.claims,
        "literals": evidence.literals,
        "form_of": evidence.form,
        "raw": evidence.raw,
        "metric_sums": evidence.sums,
    }
    assert found[name] == Trouble(f"{name} refused")
    assert sum(isinstance(each, Trouble) for each in found.values()) == 1


def test_a_lake_that_answers_in_time_again_is_no_trouble() -> None:
    stack = SimulatedStack()
    send, sleep = stack.send, stack.sleep

    def refusing(canaries: Sequence[Canary]) -> None:
        send(canaries)
        stack.refusing = {"rows"}

    def recovering(seconds: float) -> None:
        sleep(seconds)
        stack.refusing = set()

    stack.send, stack.sleep = refusing, recovering
    assert run(stack).lake is None


def test_the_crawler_runs_if_asked_for_and_is_waited_for() -> None:
    stack = SimulatedStack(crawl_s=120)
    evidence = run(stack, is_crawling=True)
    assert isinstance(evidence.crawler, CrawlerState)
    assert (evidence.crawler.last_status, evidence.is_registered) == ("SUCCEEDED", True)
    assert stack.since_s() == 100 + 120
    assert "start" not in _calls_without_crawl()


def _calls_without_crawl() -> list[str]:
    stack = SimulatedStack()
    run(stack)
    return stack.calls


def test_a_crawler_that_may_not_be_run_is_a_finding() -> None:
    stack = SimulatedStack()
    stack.refusing = {"start"}
    assert run(stack, is_crawling=True).crawler == Trouble("start refused")
