"""The errors of the catalog: one base, each of them a builtin too."""

from __future__ import annotations

import pytest

from firelake.catalog import errors


@pytest.mark.parametrize(
    "error",
    [
        errors.LocationError,
        errors.LimitError,
        errors.SqlTextError,
        errors.QueryArgumentError,
    ],
    ids=lambda error: error.__name__,
)
def test_an_error_can_be_caught_as_the_catalogs_and_as_a_value_error(
    error: type[Exception],
) -> None:
    assert issubclass(error, errors.CatalogError)
    assert issubclass(error, ValueError)
