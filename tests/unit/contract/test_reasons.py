"""The closed list of reasons."""

from __future__ import annotations

import pytest

from firelake.contract.reasons import Reason


def test_the_list_of_reasons_is_closed() -> None:
    assert [str(reason) for reason in Reason] == [
        "not_utf8",
        "not_json",
        "empty_record",
        "not_an_object",
        "nested_too_deep",
        "event_uuid",
        "event_name",
        "created_at",
        "field_missing",
        "field_type",
        "too_late",
        "too_early",
        "mixed_partitions",
        "uuid_reused",
        "answer_too_large",
    ]


@pytest.mark.parametrize("reason", [pytest.param(reason, id=reason.value) for reason in Reason])
def test_every_reason_has_a_meaning_of_one_sentence(reason: Reason) -> None:
    assert reason.meaning.endswith(".")
    assert reason.meaning.count(". ") == 0
    assert reason.meaning[0].isalpha()


def test_no_two_reasons_mean_the_same() -> None:
    assert len({reason.meaning for reason in Reason}) == 15
