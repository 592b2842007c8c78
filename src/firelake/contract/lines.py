"""Where a key stands in the text of a TOML file."""

from __future__ import annotations

import re
from typing import Final

_BARE_KEY: Final = "[A-Za-z0-9_-]+"
_KEY: Final = rf"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|{_BARE_KEY})"""
_PATH: Final = rf"{_KEY}(?:\s*\.\s*{_KEY})*"


class LineFinder:
    """Finds line numbers by a small search of the text, as `tomllib` keeps none.

    Each `[table]` line and each `key =` at the start of a line is noted. A key inside an inline
    table is given the line of that table; a member of a list is searched from the list's line to
    the next key. Text inside a multi-line string that looks like a key misleads it, which costs
    a line number and nothing else.
    """

    def __init__(self, text: str) -> None:
        """Note the lines of all tables and keys."""
        header = re.compile(rf"\s*\[\s*({_PATH})\s*\]\s*(?:#.*)?")
        assignment = re.compile(rf"\s*({_PATH})\s*=")
        # tomllib, whose line numbers these join, counts line feeds alone.
        self._text_lines = text.split("\n")
        self._line_of: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for line, content in enumerate(self._text_lines, start=1):
            if (match := header.fullmatch(content)) is not None:
                table = _split(match[1])
                for length in range(1, len(table) + 1):
                    self._line_of.setdefault(table[:length], line)
            elif (match := assignment.match(content)) is not None:
                keys = _split(match[1])
                for length in range(1, len(keys) + 1):
                    self._line_of.setdefault(table + keys[:length], line)
        self._lines_of_keys = frozenset(self._line_of.values())

    def line_of(self, path: tuple[str, ...], member: str | None = None) -> int | None:
        """Find the line of a key, or of the nearest table around it.

        Args:
            path: Names of the tables and the key, from the top of the document.
            member: A text in the list that the key holds, to find the line of it instead.

        Returns:
            The line number, counted from 1, or None where nothing of the path is in the text.
        """
        for length in range(len(path), 0, -1):
            line = self._line_of.get(path[:length])
            if line is not None:
                if length == len(path) and member is not None:
                    return self._line_of_member(line, member)
                return line
        return None

    def _line_of_member(self, start: int, member: str) -> int:
        quoted = (f'"{member}"', f"'{member}'")
        for line in range(start, len(self._text_lines) + 1):
            if line > start and line in self._lines_of_keys:
                break
            if any(text in self._text_lines[line - 1] for text in quoted):
                return line
        return start


def _split(path: str) -> tuple[str, ...]:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, path))


def spell(path: tuple[str, ...]) -> str:
    """Write a path of keys as TOML does, such as `events."lesson:started".required`."""
    return ".".join(key if re.fullmatch(_BARE_KEY, key) else _quoted(key) for key in path)


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
