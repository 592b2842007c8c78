"""What an operator is told of a deployment that failed."""

from __future__ import annotations

import pytest

from firelake.formats.emulation import ProvisionError, UnknownTypeError
from firelake.laptop.embedded import told_to_operators
from firelake.operations.errors import CloudError


def test_every_cause_is_told_once() -> None:
    error, cause = ProvisionError("a resource"), UnknownTypeError("nobody makes it")
    with pytest.raises(CloudError) as raised, told_to_operators("it failed"):
        raise error from cause
    assert str(raised.value) == "it failed: a resource\n  because: nobody makes it"


def test_an_error_that_is_its_own_cause_is_told_once() -> None:
    """Pulumi's SDK raises an error of the resource monitor from itself."""
    error = ProvisionError("a resource")
    error.__cause__ = error
    with pytest.raises(CloudError) as raised, told_to_operators("it failed"):
        raise error
    assert str(raised.value) == "it failed: a resource"
