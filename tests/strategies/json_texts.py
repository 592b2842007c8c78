"""JSON as text, spelled in every way that JSON allows: escapes, whitespace, digits, equal keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy

# All that UTF-8 can hold: no halves of surrogate pairs.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
whitespace = st.sampled_from(["", "", "", " ", "\n", "\r\n\t "])

nasty_numbers = st.sampled_from(
    [
        "0",
        "-0",
        "-0.0",
        "0e0",
        "1e5",
        "1E-2",
        "1.0",
        "1.50",
        "100",
        "1e400",
        "-1e400",
        "1e-400",
        "1E+0000000000000000000000001",
        "1e999999999999999999999999",
        "0e999999999999999999999999",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "123456789012345678901234567890123456789012345678901234567890",
        "0.1000000000000000055511151231257827021181583404541015625",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "5e-324",
        "1768478400.123",
        "-9214560000.001",
        "9214646399.9999",
    ]
)
numbers = st.one_of(
    nasty_numbers,
    st.integers(-(2**70), 2**70).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)

nasty_strings = st.sampled_from(
    [
        '""',
        r'"\u0000"',
        r'"\ud83d\ude00"',
        r'"\/\b\f\n\r\t\"\\"',
        '"\u2028\u2029\x7f"',
        r'"\\u0041"',
        '"</script>"',
        '"null"',
        '"{\\"a\\":[1]}"',
        '"' + "é" * 200 + '"',
    ]
)


@st.composite
def spelled(draw: DrawFn, text: str) -> str:
    """A JSON string that means this text."""
    style = draw(st.sampled_from(["utf-8", "ascii", "escaped"]))
    if style == "escaped":
        units = text.encode("utf-16-be")
        pairs = zip(units[::2], units[1::2], strict=True)
        return '"' + "".join(f"\\u{high:02x}{low:02X}" for high, low in pairs) + '"'
    return json.dumps(text, ensure_ascii=style == "ascii")


strings = st.one_of(nasty_strings, texts.flatmap(spelled))
scalars = st.one_of(st.sampled_from(["null", "true", "false"]), numbers, strings)


@st.composite
def arrays(draw: DrawFn, members: Sequence[str]) -> str:
    """A JSON array of these members."""
    space = draw(whitespace)
    return f"[{space}" + f"{space},".join(members) + f"{space}]"


@st.composite
def objects(draw: DrawFn, members: Sequence[tuple[str, str]]) -> str:
    """A JSON object of these pairs of a key's text and a value's text, in this order."""
    space, other = draw(whitespace), draw(whitespace)
    return (
        f"{{{space}"
        + f"{other},{space}".join(f"{key}{other}:{space}{value}" for key, value in members)
        + f"{other}}}"
    )


def _containers(children: SearchStrategy[str]) -> SearchStrategy[str]:
    keyed = st.lists(st.tuples(strings, children), max_size=4)
    return st.one_of(st.lists(children, max_size=4).flatmap(arrays), keyed.flatmap(objects))


deep = st.integers(1, 60).map(lambda depth: '[{"a":' * depth + "1" + "}]" * depth)
values = st.one_of(scalars, st.recursive(scalars, _containers, max_leaves=8), deep)
