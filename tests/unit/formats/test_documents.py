"""The reader of JSON documents: neighbours of what is broken are found, whatever stands between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.formats.documents import NO_JSON, Document, documents
from firelake.formats.errors import BodyError, RestUnreadError

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL_BYTES = 1000
BETWEEN = ("", "\n", " ", "\r\n", "\n\n\t")
# Everything that a reader may stumble over: nesting, brackets and quotes in strings, escapes.
MEMBERS: dict[str, object] = {
    "event_uuid": "u-1",
    "page": {"n": 3, "list": ["x", {"y": "}{", "z": []}]},
    "text": 'q"{uote} [\u00e9\\',
    "numbers": [2.5e3, -1, True, False, None],
}
SPELLED = [json.dumps(MEMBERS), *(json.dumps(MEMBERS, indent=indent) for indent in (0, 2))]
GOOD = [json.dumps({**MEMBERS, "event_uuid": "good"}, indent=indent) for indent in (None, 0, 2)]
PIECES = [
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b'"a"', b'"a":', b"1", b"-", b".5", b"e3", b"true"),
    *(
        b"nul",
        b" ",
        b"\n",
        b"\r\n",
        b"\\",
        b"\\u12",
        b"\xff",
        b"\xef",
        b"\xef\xbb\xbf",
        b"\0",
        b"x",
    ),
    *(b'{"a":1}', b'{"b":{"c":[1,{"d":"}{"}]}}', b'\n{"x":2}\n', b"{}", b'"tru{'),
]
ANYTHING = st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join)


def cut(text: bytes, size: int) -> Iterator[bytes]:
    return (text[at : at + size] for at in range(0, len(text), size))


def whole(text: str | bytes, **options: bool) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [each.data.decode() for each in documents([data], **options) if each.fault is None]


def broken(text: bytes) -> list[tuple[int, int, bytes]]:
    found = documents([text])
    return [(each.offset, each.line, each.data) for each in found if each.fault == NO_JSON]


@given(
    st.lists(st.sampled_from([*SPELLED, *GOOD, "{}"]), max_size=6),
    st.sampled_from(BETWEEN),
    st.integers(1, 40),
)
def test_consecutive_documents_are_read_whatever_stands_between(
    texts: list[str], between: str, size: int
) -> None:
    data = between.join(texts).encode()
    found = list(documents(cut(data, size)))
    assert [each.data.decode() for each in found] == texts
    assert all(each.fault is None for each in found)


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("good", GOOD)
@pytest.mark.parametrize("spelled", SPELLED)
def test_what_is_cut_off_anywhere_costs_itself_alone(spelled: str, good: str, between: str) -> None:
    for length in range(1, len(spelled)):
        parts = [good, spelled[:length], good, good]
        assert whole(between.join(parts)).count(good) == 3, spelled[:length]
        assert whole(between.join(parts[:3])).count(good) == 2, spelled[:length]


@pytest.mark.parametrize(
    "bad",
    [
        *(
            "{",
            "x",
            "]",
            "}",
            ",",
            '"',
            '"abc',
            "\\",
            "\0",
            "{bad}",
            '{"a":bad}',
            '{"a":1,}',
            "{}}",
        ),
        *('{"a":{}', '{"a":"x\\q"}', '{"a":"line\nbreak"}', '{"a":"\\u12"}', '{"a":01}', '{"a" 1}'),
        *('{"a":bad,"b":{"c":{"d":1}},"e":[{"f":1},{"g":2}]}', '{"a":[}', '{"a":{"b":1]}', "[1,2"),
        *(
            '{"s":"{}","a":bad}',
            '{"s":"{\\"x\\":1}","a":bad}',
            "{{{{",
            '{"{"',
            "id,name\n1,x",
            "nul",
        ),
        *('"{', 'x"{"y', '{"a":NaN}', "{'a':1}", '{"a":"' + "y" * 500),
    ],
    ids=lambda bad: repr(bad[:30]),
)
@pytest.mark.parametrize("between", ["", "\n", " "])
def test_a_document_that_is_broken_costs_itself_alone(bad: str, between: str) -> None:
    text = between.join(["".join(GOOD), bad, GOOD[0], bad, GOOD[2], GOOD[1], bad])
    found = whole(text)
    assert [each for each in found if each in GOOD] == [*GOOD, GOOD[0], GOOD[2], GOOD[1]]
    assert all(each in (*GOOD, "{}") for each in found)


def test_parts_of_what_is_broken_are_no_documents() -> None:
    assert whole('{"a":bad,"b":{"c":1},"d":[{"e":1},\n{"f":2}\n],"g":{"h":{"i":1}}}') == []
    text = json.dumps({"a": "BAD", "b": [{"c": 1}, {"d": 2}]}, indent=0)
    assert whole(text.replace('"BAD"', "bad")) == []


def test_each_broken_line_is_told_with_its_place() -> None:
    text = b'{"a":1}\n{"b":tru\n{"c":fals\n  \nid,name\n{"d":1} \n\xffx'
    assert broken(text) == [
        (8, 2, b'{"b":tru'),
        (17, 3, b'{"c":fals\n  \nid,name'),
        (47, 7, b"\xffx"),
    ]
    assert broken(b"id,name\n1,x\n") == [(0, 1, b"id,name"), (8, 2, b"1,x")]


def test_values_that_are_no_objects_are_documents_too() -> None:
    assert whole('[{"a":1},2] 12\n"x"\ntrue{"b":1}null') == [
        *('[{"a":1},2]', "12", '"x"', "true", '{"b":1}', "null"),
    ]
    assert broken(b'12 apples\n"x" {"a":1}') == [(0, 1, b"12 apples")]


@given(ANYTHING, st.integers(1, 7), st.booleans())
def test_nothing_is_left_out_and_where_the_text_is_cut_makes_no_difference(
    text: bytes, size: int, takes_arrays_apart: bool
) -> None:
    found = list(documents([text], takes_arrays_apart=takes_arrays_apart))
    assert list(documents(cut(text, size), takes_arrays_apart=takes_arrays_apart)) == found
    end = 0
    ignored = b" \t\r\n,[]" if takes_arrays_apart else b" \t\r\n"
    for each in found:
        assert not text[end : each.offset].replace(b"\xef\xbb\xbf", b"").strip(ignored)
        assert each.line == 1 + text[: each.offset].count(b"\n")
        end = each.offset + each.size_bytes
        assert text[each.offset : end] == each.data
    assert not text[end:].replace(b"\xef\xbb\xbf", b"").strip(ignored)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_are_given(data: bytes, size: int) -> None:
    found = list(documents(cut(data, size)))
    assert sum(each.size_bytes for each in found) <= len(data)


def test_a_byte_order_mark_may_stand_before_each_document() -> None:
    mark = "\ufeff"
    assert whole(f'{mark}{{"a":1}}\n{mark}{{"b":1}}{mark}') == ['{"a":1}', '{"b":1}']


def test_any_depth_is_read() -> None:
    deep = '{"a":' + "[" * 5000 + "]" * 5000 + "}"
    assert whole(deep + GOOD[0] + deep) == [deep, GOOD[0], deep]


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_the_elements_of_an_array_are_documents_where_that_is_wanted(indent: int | None) -> None:
    text = json.dumps([MEMBERS, MEMBERS, {}], indent=indent)
    for several in (text, text + "\n" + text):
        found = whole(several, takes_arrays_apart=True)
        assert [json.loads(each) for each in found] == [MEMBERS, MEMBERS, {}] * several.count("{}")
    assert whole(text) == [text]


@pytest.mark.parametrize("bad", ["{", '{"a":bad}', '{"a":"cut', "x"])
@pytest.mark.parametrize("between", [",", ",\n", " , "])
def test_a_broken_element_costs_itself_alone(bad: str, between: str) -> None:
    elements = [json.dumps({"n": number}) for number in range(3)]
    text = "[" + between.join([elements[0], bad, elements[1], elements[2]]) + "]"
    found = whole(text, takes_arrays_apart=True)
    assert [each for each in found if each in elements] == elements


def test_what_is_longer_than_a_document_may_be_is_told_with_its_size() -> None:
    strings = b'{"a":"' + b"x" * 5000 + b'"}'
    numbers = b'{"a":[' + b"1," * 3000 + b"1]}"
    text = b"\n".join([GOOD[0].encode(), strings, numbers, GOOD[0].encode()])
    for size in (64, 100_000):
        found = list(documents(cut(text, size), max_bytes=SMALL_BYTES))
        assert [each.data for each in found] == [
            *(GOOD[0].encode(), strings[:SMALL_BYTES], numbers[:SMALL_BYTES], GOOD[0].encode())
        ]
        assert [each.line for each in found] == [1, 2, 3, 4]
        assert [each.size_bytes for each in found[2:]] == [len(numbers), len(GOOD[0])]
        assert [each.fault for each in found[2:]] == ["it is longer than 1,000 bytes", None]
        # Its string alone is longer, so that nobody looks for its end.
        assert found[1].fault in (
            "it is no JSON of at most 1,000 bytes",
            "it is longer than 1,000 bytes",
        )
        assert found[1].size_bytes >= len(strings) - 1


@pytest.mark.parametrize(
    "unit", [b"x", b"{", b'{"', b'"', b"[", b'{"a":', b'{"a":[1,', b"\0", b" ", b"\\", b'{"a"']
)
def test_what_never_ends_takes_no_more_memory_than_a_few_documents(unit: bytes) -> None:
    given_pieces = 0

    def pieces() -> Iterator[bytes]:
        nonlocal given_pieces
        yield unit * (100 // len(unit))
        for _ in range(1000):
            given_pieces += 1
            yield unit * (100 // len(unit))
        yield b"\n" + GOOD[0].encode()

    found = list(documents(pieces(), max_bytes=SMALL_BYTES))
    assert given_pieces == 1000
    assert all(len(each.data) <= SMALL_BYTES for each in found)
    assert found[-1].data.decode() == GOOD[0]


def test_documents_are_given_as_soon_as_they_are_whole() -> None:
    given_pieces: list[bytes] = []

    def pieces() -> Iterator[bytes]:
        for piece in (b'{"a":1}\n', b'{"b"', b":1}", b'{"c":1}'):
            given_pieces.append(piece)
            yield piece

    found = documents(pieces())
    assert next(found).data == b'{"a":1}'
    assert len(given_pieces) == 1
    assert next(found).data == b'{"b":1}'
    assert len(given_pieces) == 3


def test_a_body_that_breaks_off_gives_what_is_whole_and_then_its_error() -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"a":1}{"b":{"c":1}'
        message = "its gzip ends too early"
        raise BodyError(message)

    found: list[Document] = []
    with pytest.raises(RestUnreadError, match="ends too early: from here on") as raised:
        found.extend(documents(pieces()))
    assert [(each.data, each.fault) for each in found] == [(b'{"a":1}', None)]
    assert (raised.value.offset, raised.value.line) == (7, 1)
