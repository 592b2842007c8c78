"""An erasure while moves run: copies, deletions, files written anew, looks, and runs that die.

A world of its own beside `moves.py`: of a file there is the person's row and somebody else's, of
another, which comes late or by backfill, the person's alone. Statements read when they begin and
commit within a tick, also those of a run that has died. A DELETE leaves rows in their files until
these are written anew, old snapshots have them until a VACUUM, and files that are removed stay as
old versions for some time. The rules are those that are shipped: `HistoryEraser` and `judged`.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from firelake.catalog.erasures import DataSubject, Hiding
from firelake.history.erase.eraser import HistoryEraser
from firelake.history.erase.erasing import Erasing
from firelake.history.erase.erasure import Erasure
from firelake.history.erase.looking import Left
from firelake.history.erase.rules import judged
from tests.model.breadth_first import visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.model.breadth_first import Visited

TICK_S: Final = 86_400.0
HIDING: Final = Hiding("db", (DataSubject("user_id", "user_id"),))
PARTITION: Final = "2026-01-01/ping"
# The rows: the person's first, somebody else's, and the person's that comes later.
PERSON: Final = 0b101
OTHER: Final = 0b010
FILES: Final = (0b011, 0b100)
# S3 takes its time, as firelake.aws.expiry has it.
_SLACK_TICKS: Final = 2


@dataclass(frozen=True, slots=True)
class World:
    """How long it lasts, and how much may happen in it."""

    last_tick: int
    runs: int = 2
    deaths: int = 0
    news: int = 0
    has_looks: bool = True
    files: int = len(FILES)
    is_backfilled: bool = False
    erased_until: int = 0
    closes_after: int = 1
    kept_ticks: int = 1


class Rules:
    """The rules as shipped; the ways to get them wrong override one each."""

    eraser: type[HistoryEraser] = HistoryEraser
    grace_s: float = TICK_S
    sees_snapshots = True
    sees_files = True
    waits_for_the_last = True
    waits_for_versions = True
    rewrites = True


class Statement(NamedTuple):
    """A statement under way: what it does with which rows, and until when it is over."""

    run: int
    kind: str
    rows: int
    until: int


class Run(NamedTuple):
    """A run: what comes next, and how far its eraser has come."""

    number: int
    stage: str = "copy"
    erasing: tuple[object, ...] = ()
    answer: tuple[str, ...] | None = None


class State(NamedTuple):
    """Where everything is.

    Attributes:
        there: Mask of the files in `events/`.
        written: Mask of those that ever were.
        versions: Rows of files that were removed, and up to which tick they are kept.
        live: Rows of history.
        residue: Rows that were deleted, and are in its files.
        snapshots: When each was committed, and the rows in its files; the last one is current.
        entry: That of the register.
        ended: Whether it has ended.
        left: Runs, deaths and commits of somebody else's that may still happen.
    """

    now: int
    there: int
    written: int
    versions: tuple[tuple[int, int], ...]
    live: int
    residue: int
    snapshots: tuple[tuple[int, int], ...]
    entry: Erasure | None
    ended: bool
    runs: tuple[Run, ...]
    statements: tuple[Statement, ...]
    left: tuple[int, int, int]


class _Register:
    """The one entry of a state, as the eraser changes it."""

    def __init__(self, entry: Erasure | None) -> None:
        self.entry = entry

    def erasures(self) -> list[Erasure]:
        return [] if self.entry is None else [self.entry]

    def change(self, name: str, change: Callable[[Erasure], Erasure | None]) -> Erasure | None:
        if self.entry is not None and self.entry.name == name:
            self.entry = change(self.entry)
        return self.entry


class Model:
    """One world under some rules."""

    def __init__(self, world: World, rules: Rules) -> None:
        """Takes both."""
        self._world = world
        self._rules = rules

    def explore(self) -> Visited[State]:
        """Visits every state, breadth first, until a promise is broken."""
        left = (self._world.runs, self._world.deaths, self._world.news)
        start = State(0, 0, 0, (), 0, 0, (), None, False, (), (), left)  # noqa: FBT003
        return visit(start, self._steps, _broken)

    def _steps(self, state: State) -> Iterator[tuple[str, State]]:
        if state.ended:
            return
        yield from self._tick(state)
        yield from self._arrive(state)
        yield from self._erase(state)
        if self._world.has_looks:
            yield from _look(state, self._world, self._rules)
        runs, deaths, news = state.left
        if runs:
            run = Run(runs)
            yield "run", state._replace(runs=(*state.runs, run), left=(runs - 1, deaths, news))
        if news and state.entry is not None and state.entry.deleted_at_s is not None:
            # Somebody else's rows, of another day: history is another snapshot then.
            committed = (state.now, state.live | state.residue)
            snapshots = (*state.snapshots, committed)
            yield "news", state._replace(snapshots=snapshots, left=(runs, deaths, news - 1))
        for run in state.runs:
            others = tuple(each for each in state.runs if each.number != run.number)
            if deaths:
                yield "death", state._replace(runs=others, left=(runs, deaths - 1, news))
            if all(each.run != run.number for each in state.statements):
                yield from self._go_on(state, run, others)
        for statement in state.statements:
            yield from _commit(state, statement)

    def _tick(self, state: State) -> Iterator[tuple[str, State]]:
        if state.now < self._world.last_tick and all(
            state.now < each.until for each in state.statements
        ):
            now = state.now + 1
            kept = tuple(each for each in state.versions if each[1] >= now)
            yield "tick", state._replace(now=now, versions=kept)

    def _arrive(self, state: State) -> Iterator[tuple[str, State]]:
        for number in range(self._world.files):
            if state.written >> number & 1:
                continue
            if number == 0:
                may_come = state.now == 0
            elif self._world.is_backfilled:
                # What comes once nothing was left is somebody's own to answer for.
                may_come = state.entry is None or state.entry.cleared_at_s is None
            else:
                may_come = state.now <= self._closes(state)
            if may_come:
                bit = 1 << number
                yield "file", state._replace(there=state.there | bit, written=state.written | bit)

    def _closes(self, state: State) -> int:
        """The last tick at which a file may still come of what was created before the erasure."""
        if state.entry is None:
            return self._world.erased_until
        return round(state.entry.erased_at_s / TICK_S) + self._world.closes_after

    def _erase(self, state: State) -> Iterator[tuple[str, State]]:
        if state.entry is None and not state.ended and state.now <= self._world.erased_until:
            entry = Erasure(
                name="a", column="user_id", digests=("A",), erased_at_s=state.now * TICK_S
            )
            yield "erase", state._replace(entry=entry)

    def _go_on(
        self, state: State, run: Run, others: tuple[Run, ...]
    ) -> Iterator[tuple[str, State]]:
        if run.stage == "copy":
            wanted = _rows(state.there) & ~state.live
            if state.entry is not None:
                wanted &= ~PERSON
            begun = Statement(run.number, "insert", wanted, state.now + 1)
            after = run._replace(stage="remove")
            yield (
                "copy",
                state._replace(runs=(*others, after), statements=(*state.statements, begun)),
            )
        elif run.stage == "remove":
            yield "remove", self._remove(state, run, others)
        elif run.stage == "erase":
            yield self._advance(state, run, others)
        else:
            kept = state.snapshots[-1:]
            young = tuple(each for each in state.snapshots[:-1] if each[0] >= state.now)
            yield "vacuum", state._replace(snapshots=young + kept, runs=others)

    def _remove(self, state: State, run: Run, others: tuple[Run, ...]) -> State:
        covered = state.live | (PERSON if state.entry is not None else 0)
        gone = sum(
            1 << number
            for number, rows in enumerate(FILES)
            if state.there >> number & 1 and not rows & ~covered
        )
        until = state.now + self._world.kept_ticks
        versions = {*state.versions, *([(_rows(gone), until)] if gone else [])}
        return state._replace(
            there=state.there & ~gone,
            versions=tuple(sorted(versions)),
            runs=(*others, run._replace(stage="erase", erasing=astuple(Erasing()))),
        )

    def _advance(self, state: State, run: Run, others: tuple[Run, ...]) -> tuple[str, State]:
        """Lets the eraser go on, and begins the statement that it hands out."""
        register = _Register(state.entry)
        eraser = self._rules.eraser(
            register=register,
            hiding=lambda: HIDING,
            expired=lambda: (),
            sweep=lambda: None,
            now_s=lambda: state.now * TICK_S,
            say=lambda _: None,
        )
        erasing = Erasing(*run.erasing)  # pyright: ignore[reportArgumentType]
        work = eraser.advance(erasing, run.answer, str(run.number), self._rules.grace_s)
        state = state._replace(entry=register.entry)
        if work is None:
            return "erased", state._replace(runs=(*others, run._replace(stage="vacuum")))
        after = run._replace(erasing=astuple(erasing), answer=None)
        kind = work.sql.split()[0].lower()
        rows = state.residue if kind == "optimize" else state.live & PERSON
        if kind == "optimize" and not self._rules.rewrites:
            rows = 0
        begun = Statement(run.number, kind, rows, state.now)
        statements = (*state.statements, begun)
        return kind, state._replace(runs=(*others, after), statements=statements)


def _commit(state: State, statement: Statement) -> Iterator[tuple[str, State]]:
    left = list(state.statements)
    left.remove(statement)
    answer = (PARTITION,) if statement.kind == "select" and statement.rows else ()
    runs = tuple(
        run._replace(answer=answer) if run.number == statement.run else run for run in state.runs
    )
    state = state._replace(statements=tuple(left), runs=runs)
    live, residue, rows = state.live, state.residue, statement.rows
    if statement.kind == "insert":
        live |= rows
    elif statement.kind == "delete":
        live, residue = live & ~rows, residue | (live & rows)
    elif statement.kind == "optimize":
        residue &= ~rows
    if (live, residue) == (state.live, state.residue):
        yield f"{statement.kind} is over", state
        return
    committed = (state.now, live | residue)
    yield (
        f"{statement.kind} commits",
        state._replace(live=live, residue=residue, snapshots=(*state.snapshots, committed)),
    )


def _look(state: State, world: World, rules: Rules) -> Iterator[tuple[str, State]]:
    entry = state.entry
    if entry is None:
        return
    before = float("inf") if entry.deleted_at_s is None else entry.deleted_at_s
    old = sum(at * TICK_S <= before for at, _ in state.snapshots)
    left = Left(
        event_rows=(_rows(state.there) & PERSON).bit_count() if rules.sees_files else 0,
        history_rows=(state.live & PERSON).bit_count(),
        old_snapshots=old if rules.sees_snapshots else 0,
        objects={},
    )
    closed_s = entry.erased_at_s + world.closes_after * TICK_S
    after = judged(
        entry,
        left=left,
        now_s=state.now * TICK_S,
        closed_s=closed_s if rules.waits_for_the_last else -1.0,
        old_version_days=world.kept_ticks if rules.waits_for_versions else -_SLACK_TICKS - 1,
    )
    if after != entry:
        told = "end" if after is None else "look"
        yield told, state._replace(entry=after, ended=after is None)


def _broken(state: State) -> str:
    if (_rows(state.written) & OTHER) & ~(_rows(state.there) | state.live):
        return "somebody else's row is lost"
    entry = state.entry
    begun = 0
    for statement in state.statements:
        begun |= statement.rows if statement.kind == "insert" else 0
    if (
        entry is not None
        and entry.deleted_at_s is not None
        and ((state.live | state.residue | begun) & PERSON)
    ):
        return "the rows are out of history for good, and one is in it"
    if not state.ended:
        return ""
    anywhere = _rows(state.there)
    for rows in (
        *(each for each, _ in state.versions),
        *(each for _, each in state.snapshots),
        begun,
    ):
        anywhere |= rows
    return "the entry has ended, and a row is left" if anywhere & PERSON else ""


def _rows(files: int) -> int:
    found = 0
    for number, rows in enumerate(FILES):
        if files >> number & 1:
            found |= rows
    return found
