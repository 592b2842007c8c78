"""Identities in Arrow: what repeats in a list, and what the lake has, against plain Python."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.history.backfill.ids import Ids, Mask, joined

identities = st.tuples(
    st.sampled_from(["a", "b", "é", "c"]), st.sampled_from(["x", "y"]), st.sampled_from([0.5, 1.0])
)
lists = st.lists(identities, max_size=8)


def ids_of(several: list[tuple[str, str, float]]) -> Ids:
    uuids, names, created = zip(*several, strict=True) if several else ((), (), ())
    return Ids.of(uuids, names, created)


@given(lists)
def test_all_but_the_first_of_equal_id_name_and_creation_are_copies(
    several: list[tuple[str, str, float]],
) -> None:
    expected = [at for at, each in enumerate(several) if each not in several[:at]]
    assert ids_of(several).first_of_each().rows() == expected


@given(lists, st.lists(lists, max_size=3))
def test_the_lake_decides_by_id_name_and_creation(
    several: list[tuple[str, str, float]], lake: list[list[tuple[str, str, float]]]
) -> None:
    there = {each for part in lake for each in part}
    expected = [at for at, each in enumerate(several) if each not in there]
    assert ids_of(several).missing_from(map(ids_of, lake)).rows() == expected


@settings(max_examples=30)
@given(st.lists(lists, min_size=1, max_size=4), st.data())
def test_what_is_appended_to_a_file_is_read_back_from_any_place_to_any_other(
    parts: list[list[tuple[str, str, float]]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ids"
        ends = [0]
        for part in parts:
            ids_of(part).append(path)
            ends.append(path.stat().st_size)
        start = data.draw(st.integers(0, len(parts) - 1))
        end = data.draw(st.integers(start, len(parts)))
        found = Ids.joined(Ids.read(path, ends[end], start=ends[start]))
        wanted = [each for part in parts[start:end] for each in part]
        assert found.table.equals(ids_of(wanted).table)


def test_masks_are_counted_cut_and_joined() -> None:
    mask = ids_of([("a", "x", 1.0), ("a", "x", 1.0), ("b", "x", 1.0)]).first_of_each()
    assert (mask.count, mask.rows(), (~mask).rows()) == (2, [0, 2], [1])
    assert joined([mask.part(1, 2), mask.part(0, 1), Mask.all(2)]).rows() == [1, 2, 3, 4]
    assert (mask & ~mask).count == 0
    assert (mask | ~mask).count == len(mask)
    assert len(joined([])) == 0
