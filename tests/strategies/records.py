"""Records as Kinesis carries them: one event, packed ones, and bytes of other protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.strategies.events import muddled_events, valid_events
from tests.strategies.json_texts import values

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from firelake.contract.events import EventContract

separators = st.sampled_from(["", "\n", "\r\n", " ", "\t \n\n"])

foreign_bytes = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"",
            b" \n",
            b"\x00",
            b"\xef\xbb\xbf{}",
            '{"event_uuid":"a"}'.encode("utf-16"),
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
            b"\xf3\x89\x9a\xc2",
            b"event_uuid,event_name\n1,2\n",
            b"<event/>",
            b"[]",
            b"[{}]",
            b"null",
            b'"{}"',
            b"NaN",
            b"{}{}",
            b"{}\x0b{}",
            b"{},{}",
            b'{"a":1}}',
            b'{"a":"\\ud800"}',
            b'{"a":"\\ud800\\u0041"}',
            b'{"\\udc00":1}',
            b'{"a":"\xed\xa0\x80"}',
            b'{"a":"\xc0\x80"}',
            b"[" * 700,
            b"{" * 401,
            b'{"a":' * 100_000,
            b"[" * 401 + b"]" * 401,
            b'{"a":"' + b'\\"' * 300 + b"[" * 500,
        ]
    ),
)


@st.composite
def packed(draw: DrawFn, contract: EventContract) -> bytes:
    """Several valid events in a row, created in the same second or not."""
    created_at = draw(st.sampled_from(["1768478390", "1768478390", None]))
    event = valid_events(contract, created_at=created_at)
    texts = [each.text for each in draw(st.lists(event, min_size=2, max_size=3))]
    separator = draw(separators)
    return (draw(separators) + separator.join(texts) + separator).encode()


@st.composite
def mixtures(draw: DrawFn, contract: EventContract) -> bytes:
    """Valid events, muddled ones and other JSON in one record."""
    event = st.one_of(valid_events(contract), muddled_events(contract)).map(lambda each: each.text)
    texts = draw(st.lists(st.one_of(event, values), min_size=1, max_size=3))
    return draw(separators).join(texts).encode()


@st.composite
def damaged(draw: DrawFn, contract: EventContract) -> bytes:
    """A valid event of which some bytes were lost, doubled or changed on the way."""
    data = draw(valid_events(contract)).text.encode()
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(start + 4, len(data))))
    return data[:start] + draw(st.binary(max_size=2)) + data[end:]


def records(contract: EventContract) -> SearchStrategy[bytes]:
    """Records of every kind."""
    return st.one_of(
        valid_events(contract).map(lambda event: event.text.encode()),
        muddled_events(contract).map(lambda event: event.text.encode()),
        packed(contract),
        mixtures(contract),
        damaged(contract),
        foreign_bytes,
    )
