"""Events within lines of JSON: whatever their bytes are, they come back."""

from __future__ import annotations

import base64
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.operations.event_text import EventText, one_line


def written(data: bytes) -> bytes:
    return msgspec.json.encode(EventText.of(data))


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param(b'{"a": 1.50}', b'{"event":{"a": 1.50}}', id="as it is spelled"),
        pytest.param(b'{\n "a": 1.50\r\n}', b'{"event":{"a":1.50}}', id="on one line"),
        pytest.param("{'ü'}".encode(), '{"text":"{\'ü\'}"}'.encode(), id="no JSON"),
        pytest.param(b'{"a":"\xff"}', b'{"base64":"eyJhIjoi/yJ9"}', id="no UTF-8"),
        pytest.param(b'{"\xff":1}', b'{"base64":"eyL/IjoxfQ=="}', id="a key that is no UTF-8"),
        pytest.param(b"", b'{"text":""}', id="nothing"),
        pytest.param(
            b"[" * 401 + b"]" * 401, b'{"text":"%b"}' % (b"[" * 401 + b"]" * 401), id="deep"
        ),
    ],
)
def test_an_event_is_written_in_the_first_form_that_holds_it(data: bytes, line: bytes) -> None:
    assert written(data) == line


@given(st.one_of(st.binary(max_size=60), st.text('{}[]":,x1\\ü\n ', max_size=30).map(str.encode)))
def test_every_line_is_json_and_gives_the_bytes_back(data: bytes) -> None:
    line = written(data)
    assert b"\n" not in line
    found = json.loads(line)
    (name,) = found
    if name == "base64":
        assert base64.b64decode(found[name]) == data
    elif name == "text":
        assert found[name].encode() == data
    else:
        assert json.loads(data) == found[name]
        assert line == b'{"event":%b}' % one_line(data)
