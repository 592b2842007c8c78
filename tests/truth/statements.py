"""New statements for two engines: those of the repository's cases, with other values in them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tests.helpers.athena_cases import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

CASES: Final = DATA / "trino"
# A literal with what gives it its type, a function's name, or the type of a cast.
_PIECE: Final = re.compile(
    r"""(?P<typed>\b(?:DECIMAL|REAL|BIGINT|SMALLINT|TINYINT|DATE|TIMESTAMP|TIME|X|UUID)\s*'[^']*')
    |(?P<interval>INTERVAL\s+'[^']*'\s+\w+(?:\s+TO\s+\w+)?)
    |(?P<text>'(?:[^']|'')*')
    |(?P<double>\b\d+(?:\.\d+)?[eE]-?\d+)
    |(?P<whole>\b\d+\b(?![.]))
    |(?P<function>\b[a-z]\w*)(?=\()
    |(?P<type>(?<=\bAS\s)[a-z]\w*(?:\([\d, ]+\))?(?:\swith\stime\szone)?)(?=\))""",
    re.VERBOSE,
)
# How often a piece is another one, and how often a function's name is.
_CHANGED: Final = 0.5
_RENAMED: Final = 0.15
# What answers otherwise each time, or says what only this engine has.
_UNSTEADY: Final = re.compile(
    r"(?i)\b(now|rand|random|shuffle|uuid|current_\w+|localtime\w*|version|arbitrary|any_value)\b"
)


def seeds(folder: Path = CASES) -> list[tuple[str, str]]:
    """Returns the group and the text of each statement of a folder's cases."""
    return [
        (case.get("group", file.stem), case["sql"])
        for file in sorted(folder.glob("*.jsonl"))
        for case in map(json.loads, file.read_text(encoding="utf-8").splitlines())
        if not _UNSTEADY.search(case["sql"])
    ]


def generated(known: list[tuple[str, str]], random: Random) -> Iterator[tuple[str, str]]:
    """Yields new statements without end, each with its group.

    Args:
        known: Statements, whose pieces are put together anew within a group.
        random: Chooses; the same seed gives the same statements.
    """
    pools: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group, sql in known:
        for found in _PIECE.finditer(sql):
            pools[group, _kind(found)].append(found[0])
    seen = {sql for _, sql in known}
    while True:
        group, sql = random.choice(known)

        def other(found: re.Match[str], group: str = group) -> str:
            kind = _kind(found)
            share = _RENAMED if kind in {"function", "type"} else _CHANGED
            return random.choice(pools[group, kind]) if random.random() < share else found[0]

        made = _PIECE.sub(other, sql)
        if made not in seen:
            seen.add(made)
            yield group, made


def _kind(found: re.Match[str]) -> str:
    kind = str(found.lastgroup)
    return f"typed {found[0].partition(chr(39))[0].strip()}" if kind == "typed" else kind
