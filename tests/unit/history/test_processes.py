"""Processes that run functions, and end with their parent."""

from __future__ import annotations

import io
import operator
import os
import pickle

import pytest

from firelake.history.backfill.errors import ProcessError, RowError
from firelake.history.backfill.processes import Processes, serve


def test_calls_run_in_other_processes_and_answer() -> None:
    with Processes(1) as processes:
        assert processes.submit(operator.add, 2, 3).result() == 5
        pid = processes.submit(os.getpid).result()
        assert pid != os.getpid()
        # Whatever is printed is no answer.
        assert processes.submit(print, "not an answer").result() is None
        with pytest.raises(ValueError, match="invalid literal"):
            processes.submit(int, "seven").result()
        assert processes.submit(os.getpid).result() == pid
        with pytest.raises(ProcessError, match=r"ended by itself \(exit code"):
            processes.submit(os.abort).result()


def test_a_process_ends_when_its_calls_do_and_errors_are_answers() -> None:
    calls, answers = io.BytesIO(), io.BytesIO()
    pickle.dump((int, ("7",), {}), calls)
    pickle.dump((int, ("seven",), {}), calls)
    calls.seek(0)
    serve(calls, answers)
    answers.seek(0)
    assert pickle.load(answers) == (False, 7)  # noqa: S301 -- of this test
    is_raised, error = pickle.load(answers)  # noqa: S301 -- of this test
    assert is_raised
    assert isinstance(error, ValueError)


def test_errors_of_backfill_keep_their_texts_on_the_way() -> None:
    error = pickle.loads(pickle.dumps(RowError("rows do not fit")))  # noqa: S301 -- of this test
    assert isinstance(error, RowError)
    assert str(error) == "rows do not fit"
