"""Settings of a stack on this machine: what the stack uses in its account is not there."""

from __future__ import annotations

import pytest

from firelake.laptop.embedded import settings_here

ARN = "arn:aws:iam::111122223333:policy/platform/limit"


def test_a_lake_on_this_machine_makes_what_its_stack_finds() -> None:
    settings = {"firelake:startDate": "2026-11-01", "firelake:existing": {"database": "analytics"}}
    assert settings_here(settings) == {"firelake:startDate": "2026-11-01"}


@pytest.mark.parametrize("boundary", ["limit", "platform/limit", ARN])
def test_the_boundary_is_known_by_its_name(boundary: str) -> None:
    here = settings_here({"firelake:permissionsBoundary": boundary})
    assert here == {"firelake:permissionsBoundary": "limit"}
