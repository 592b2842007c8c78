"""Errors of the contract."""

from __future__ import annotations

import inspect

import pytest

from firelake.contract import errors
from firelake.contract.errors import ContractError, ContractFileError, Problem

ERRORS = [
    member for _, member in inspect.getmembers(errors, inspect.isclass) if member is not Problem
]


@pytest.mark.parametrize("error", [pytest.param(error, id=error.__name__) for error in ERRORS])
def test_every_error_derives_from_the_base_and_says_so_in_its_name(
    error: type[BaseException],
) -> None:
    assert issubclass(error, ContractError)
    assert error.__name__.endswith("Error")
    assert error is ContractError or issubclass(error, ValueError)


def test_a_file_error_lists_all_problems_with_place_value_and_rule() -> None:
    problems = (
        Problem(None, "version", "(missing)", "give one"),
        Problem(7, "fields.score.type", "'int'", "is no type"),
    )
    error = ContractFileError("events.toml", problems)
    assert str(error) == (
        "events.toml has 2 problems:\n"
        "  version: (missing): give one\n"
        "  line 7, fields.score.type: 'int': is no type"
    )
    assert error.problems == problems
    assert error.source == "events.toml"


def test_a_file_error_counts_a_single_problem_in_the_singular() -> None:
    error = ContractFileError("events.toml", (Problem(1, "version", "0", "too low"),))
    assert str(error).splitlines()[0] == "events.toml has 1 problem:"
