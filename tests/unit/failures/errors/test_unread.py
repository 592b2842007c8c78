"""What could not be read is counted whole, and no object hides what is wrong with another."""

from __future__ import annotations

from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.errors.unread import Unread


def unread_of(*each: Unreadable) -> Unread:
    unread = Unread()
    for one in each:
        unread.add(one)
    return unread


def things(key: str, count: int) -> list[Unreadable]:
    return [Unreadable(Place(key, line), "no record") for line in range(1, count + 1)]


def test_a_thousand_things_of_one_object_hide_neither_its_end_nor_another_ones_receipt() -> None:
    unread = unread_of(
        *things("errors/a", 1_000),
        Unreadable(Place("errors/a", 1_001), "from here on it is not read", is_rest=True),
        Unreadable(Place("errors/b"), "its receipt cannot be read"),
        *things("errors/c", 1),
    )
    assert unread.count == 1_003
    assert list(unread.lines()) == [
        "not read: errors/a:1: no record",
        "not read: errors/a:2: no record",
        "not read: errors/a:3: no record",
        "not read: errors/a:1001: from here on it is not read",
        "not read: errors/b: its receipt cannot be read",
        "not read: errors/c:1: no record",
        "not read: 997 more, not listed here",
    ]


def test_the_list_is_bounded_however_many_objects_there_are() -> None:
    unread = unread_of(*(Unreadable(Place(f"errors/{number}"), "why") for number in range(5_000)))
    assert (unread.count, len(unread.listed)) == (5_000, 100)
    assert list(unread.lines())[-1] == "not read: 4,900 more, not listed here"


def test_nothing_is_told_of_nothing() -> None:
    assert list(Unread().lines()) == []
