"""The move into history: two stores, a watermark, runs that die, queries that read meanwhile.

A world of its own, as no claim matters here: days whose files arrive until the last moment before
they are closed, backfills, runs of the move by the shipped rules, `firelake.history.move.rules`,
Athena's statements, which outlive the run that began them, deployments that put back the watermark
which they read, and queries, which find the files of the one store and the snapshot of the other at
two moments. A tick is the longest time that a query, a statement or a deployment takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.history.move.rules import Step, to_copy
from tests.model.breadth_first import visit
from tests.model.move_states import (
    IMPORT,
    MOST,
    Left,
    Query,
    Question,
    Run,
    State,
    Statement,
    dt,
    now_s,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.history.move.rules import Move
    from tests.model.breadth_first import Visited
    from tests.model.move_states import Rules, World


class Model:
    """One world under some rules."""

    def __init__(self, world: World, rules: Rules) -> None:
        """Numbers the files of a world."""
        self._world = world
        self._rules = rules
        events = (*(file.events for file in world.files), world.imported)
        self._events = max(events).bit_length()
        self._types = sorted({file.event_type for file in world.files})
        self._dt_of = [dt(file.day) for file in world.files]
        self._by_stream = sum(
            1 << number for number, file in enumerate(world.files) if not file.is_backfilled
        )
        self._ends: dict[tuple[str, int], str] = {}
        self._in: dict[tuple[int, str], int] = {}

    def explore(self) -> Visited[State]:
        """Visits every state, breadth first, until a promise is broken."""
        world = self._world
        left = Left(
            world.runs,
            world.deaths,
            world.queries,
            world.deployments,
            world.questions,
            world.imports,
        )
        nothing = (0,) * self._events
        start = State(0, 0, 0, nothing, dt(0), (), (), -1, None, None, None, 0, 0, "", left)
        return visit(start, self._noted_steps, self._broken, lambda told: told.partition(" ")[0])

    def _noted_steps(self, state: State) -> Iterator[tuple[str, State]]:
        for told, after in self._steps(state):
            yield told, after._replace(was_shown=after.was_shown | self._shown(after))

    def _broken(self, state: State) -> str:
        in_files = self._in_files(state.there)
        in_history = _rows(state.history)
        if self._in_files(state.written) & ~(in_files | in_history):
            return "a row is in neither store"
        shown = self._shown(state)
        by_stream = self._in_files(state.written & self._by_stream)
        if (by_stream | state.was_shown) & ~shown:
            return "a row is shown no longer"
        return state.broken

    def _in_files(self, mask: int, watermark: str = "") -> int:
        """Mask of the events in some files, from the watermark on."""
        found = self._in.get((mask, watermark))
        if found is None:
            found = 0
            for number, file in enumerate(self._world.files):
                if mask >> number & 1 and self._dt_of[number] >= watermark:
                    found |= file.events
            self._in[mask, watermark] = found
        return found

    def _shown(self, state: State) -> int:
        return self._in_files(state.there, state.watermark) | _rows(state.history)

    def _steps(self, state: State) -> Iterator[tuple[str, State]]:
        yield from self._tick(state)
        yield from self._arrive(state)
        yield from self._begin(state)
        for run in state.runs:
            yield from self._go_on(state, run)
        yield from self._import(state)
        yield from self._commit(state)
        yield from self._ask(state)
        yield from self._deploy(state)
        yield from self._replay(state)

    def _tick(self, state: State) -> Iterator[tuple[str, State]]:
        begun = [state.query.begun] if state.query else []
        begun += [state.deploying[1]] if state.deploying else []
        due = [*(each + 1 for each in begun), *(each.until for each in state.statements)]
        if state.now < self._world.last_tick and all(state.now < each for each in due):
            yield "tick", state._replace(now=state.now + 1)

    def _arrive(self, state: State) -> Iterator[tuple[str, State]]:
        for number, file in enumerate(self._world.files):
            if state.written >> number & 1:
                continue
            closes = file.day + 1 + self._world.lateness
            if file.is_backfilled:
                is_kept_out = self._rules.needs_lease and state.lease >= 0
                may_come = state.now > closes and not is_kept_out
            else:
                may_come = file.day <= state.now <= closes
            if may_come:
                there, written = state.there | 1 << number, state.written | 1 << number
                told = "backfilled" if file.is_backfilled else "file"
                yield f"{told} {number}", state._replace(there=there, written=written)

    def _begin(self, state: State) -> Iterator[tuple[str, State]]:
        runs = state.left.runs
        if not runs:
            return
        end = self._end(state.watermark, state.now)
        dts = self._dts(state, end)
        raises = end > state.watermark
        if dts or raises:
            run = Run(runs, dts, end, raises, self._rules.starts_at)
            left = state.left._replace(runs=runs - 1)
            yield (
                f"run of {','.join(each[-1] for each in dts)}",
                state._replace(runs=(*state.runs, run), left=left),
            )

    def _end(self, watermark: str, now: int) -> str:
        found = self._ends.get((watermark, now))
        if found is None:
            found = self._ends[watermark, now] = self._rules.end(
                watermark, now_s(now), self._world.lateness
            )
        return found

    def _dts(self, state: State, end: str) -> tuple[str, ...]:
        there = (
            dt(file.day)
            for number, file in enumerate(self._world.files)
            if state.there >> number & 1
        )
        return to_copy(there, end, MOST)

    def _go_on(self, state: State, run: Run) -> Iterator[tuple[str, State]]:
        without = tuple(each for each in state.runs if each.number != run.number)
        if state.left.deaths:
            lease = -1 if state.lease == run.number else state.lease
            left = state.left._replace(deaths=state.left.deaths - 1)
            yield "death", state._replace(runs=without, lease=lease, left=left)
        move = self._rules.move(run)
        if run.step is Step.COPY:
            yield from self._copy(state, run, without, move)
        elif move.may_go_on(now_s(state.now)):
            if run.step is Step.SWITCH:
                yield from self._switch(state, run, without, move)
            else:
                yield from self._remove(state, run, without, move)

    def _copy(
        self, state: State, run: Run, without: tuple[Run, ...], move: Move
    ) -> Iterator[tuple[str, State]]:
        """One statement after another, a day and a type each; the run waits for each commit."""
        if any(each.run == run.number for each in state.statements):
            return
        todo = [(day, kind) for day in run.dts for kind in self._types]
        if run.at == len(todo):
            move.copied("", now_s(state.now))
            after = run._replace(
                step=move.step, waits_until_s=move.waits_until_s, snapshot=_rows(state.history)
            )
            yield "copied", state._replace(runs=(*without, after))
            return
        day, kind = todo[run.at]
        read = 0
        for number, file in enumerate(self._world.files):
            if state.there >> number & 1 and (dt(file.day), file.event_type) == (day, kind):
                read |= file.events
        statement = Statement(run.number, read & ~_rows(state.history), state.now + 1)
        yield (
            f"insert {day[-1]}",
            state._replace(
                runs=(*without, run._replace(at=run.at + 1)),
                statements=(*state.statements, statement),
            ),
        )

    def _import(self, state: State) -> Iterator[tuple[str, State]]:
        """An INSERT of the events of a table that history lacks, at worst without seeing a file.

        Imports have backfill's lease; what the statement of a killed one does, no lease ends.
        """
        if state.left.imports and state.now > 1 + self._world.lateness:
            left = state.left._replace(imports=state.left.imports - 1)
            lacking = self._world.imported & ~_rows(state.history)
            statement = Statement(IMPORT, lacking, state.now + 1)
            yield "import", state._replace(statements=(*state.statements, statement), left=left)

    def _commit(self, state: State) -> Iterator[tuple[str, State]]:
        for statement in state.statements:
            left = list(state.statements)
            left.remove(statement)
            history = tuple(
                min(count + (statement.events >> event & 1), 2)
                for event, count in enumerate(state.history)
            )
            yield "commit", state._replace(history=history, statements=tuple(left))

    def _switch(
        self, state: State, run: Run, without: tuple[Run, ...], move: Move
    ) -> Iterator[tuple[str, State]]:
        """Asks what history lacks, and then raises the watermark, both under the lease."""
        if state.lease == run.number or (not self._rules.needs_lease and run.at < 0):
            move.switched(now_s(state.now))
            after = run._replace(step=move.step, waits_until_s=move.waits_until_s)
            yield (
                "raise",
                state._replace(
                    runs=(*without, after),
                    watermark=self._rules.raised(state.watermark, run.end),
                    lease=-1 if state.lease == run.number else state.lease,
                ),
            )
        elif state.lease < 0 or not self._rules.needs_lease:
            before = [dt(file.day) < run.end for file in self._world.files]
            there = sum(1 << number for number, is_in in enumerate(before) if is_in) & state.there
            has = self._rules.proof(run.snapshot, _rows(state.history))
            missing = (self._in_files(there) & ~has).bit_count()
            if self._rules.checked(move, missing):
                lease = run.number if self._rules.needs_lease else state.lease
                yield (
                    "check",
                    state._replace(runs=(*without, run._replace(at=-1)), lease=lease),
                )
            else:
                again = Run(run.number, self._dts(state, run.end), run.end, run.raises)
                yield "check finds rows missing", state._replace(runs=(*without, again))

    def _remove(
        self, state: State, run: Run, without: tuple[Run, ...], move: Move
    ) -> Iterator[tuple[str, State]]:
        if run.removing < 0:
            covered = 0
            has = self._rules.proof(run.snapshot, _rows(state.history))
            for number, file in enumerate(self._world.files):
                is_there = state.there >> number & 1 and dt(file.day) in run.dts
                if (
                    is_there
                    and self._rules.may_remove(move, dt(file.day), state.watermark)
                    and self._rules.is_removed(is_covered=not file.events & ~has)
                ):
                    covered |= 1 << number
            yield "prove", state._replace(runs=(*without, run._replace(removing=covered)))
        elif run.removing:
            number = run.removing & -run.removing
            after = run._replace(removing=run.removing & ~number)
            at = number.bit_length() - 1
            is_open = dt(self._world.files[at].day) >= run.end
            yield (
                f"remove {'open ' if is_open else ''}{at}",
                state._replace(
                    runs=(*without, after),
                    there=state.there & ~number,
                    gone_open=state.gone_open | (number if is_open else 0),
                ),
            )
        else:
            yield "done", state._replace(runs=without)

    def _ask(self, state: State) -> Iterator[tuple[str, State]]:
        """A query that finds files and snapshot at two moments, and reads at the end."""
        query = state.query
        if query is None:
            if state.left.queries:
                left = state.left._replace(queries=state.left.queries - 1)
                yield (
                    "query",
                    state._replace(query=Query(state.now, self._shown(state)), left=left),
                )
            return
        if query.files < 0:
            listed = sum(
                1 << number
                for number, file in enumerate(self._world.files)
                if state.there >> number & 1 and dt(file.day) >= state.watermark
            )
            yield "query lists files", state._replace(query=query._replace(files=listed))
        if query.snapshot is None:
            seen = query._replace(snapshot=state.history)
            yield "query finds snapshot", state._replace(query=seen)
        if query.files >= 0 and query.snapshot is not None:
            if query.files & ~state.there & state.gone_open:
                yield "failing query", state._replace(query=None)
                return
            told = self._answer(state, query, query.snapshot)
            yield "query reads", state._replace(query=None, broken=told)

    def _answer(self, state: State, query: Query, snapshot: tuple[int, ...]) -> str:
        if query.files & ~state.there:
            return "a query finds a file gone"
        rows = self._in_files(query.files) | _rows(snapshot)
        if query.shown & ~rows:
            return "a query misses a row"
        in_files = self._in_files(query.files)
        if any(
            self._rules.shown(in_files >> event & 1, count) > 1
            for event, count in enumerate(snapshot)
        ):
            return "a query sees a row twice"
        return ""

    def _deploy(self, state: State) -> Iterator[tuple[str, State]]:
        if state.deploying is not None:
            yield "deployed", state._replace(watermark=state.deploying[0], deploying=None)
        elif state.left.deployments:
            left = state.left._replace(deployments=state.left.deployments - 1)
            reading = state._replace(deploying=(state.watermark, state.now), left=left)
            yield "deployment reads", reading

    def _replay(self, state: State) -> Iterator[tuple[str, State]]:
        """What it is told to be nowhere is sent again, and then has two rows for good."""
        question = state.question
        tables = (self._in_files(state.there), _rows(state.history))
        first, second = tables if self._rules.asks_files_first else tables[::-1]
        if question is None:
            if state.left.questions:
                left = state.left._replace(questions=state.left.questions - 1)
                asked = Question(self._shown(state))
                yield "replay asks", state._replace(question=asked, left=left)
        elif question.first < 0:
            asked = question._replace(first=first)
            yield "replay hears of one table", state._replace(question=asked)
        else:
            is_wrong = question.shown & ~(question.first | second)
            told = "replay takes a row for lost" if is_wrong else ""
            yield "replay hears of the other", state._replace(question=None, broken=told)


def _rows(history: tuple[int, ...]) -> int:
    return sum(1 << event for event, count in enumerate(history) if count)
