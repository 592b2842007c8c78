"""The tables of docs/configuration.md: `python -m firelake.infra.config_docs` prints them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from firelake.infra.config import SETTINGS, defaults

if TYPE_CHECKING:
    from firelake.infra.config_setting import Setting

_TITLES = {
    "": "The lake",
    "names": "names: names of one's own",
    "existing": "existing: what is there already",
    "stream": "stream: the Kinesis stream",
    "claims": "claims: the DynamoDB table of the claims",
    "transform": "transform: the function",
    "delivery": "delivery: Firehose",
    "catalog": "catalog: Glue and Athena",
    "watch": "watch: dashboard and alarms",
}
_HEAD = (
    "| key | default | unit | range | what it decides | why |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


def tables() -> str:
    """Returns a heading and a table for each section of the configuration, in Markdown."""
    given = defaults()
    parts: list[str] = []
    for section, title in _TITLES.items():
        rows = [_row(setting, given) for setting in SETTINGS if _section_of(setting.key) == section]
        parts.append("\n".join((f"### {title}", "", _HEAD, *rows)))
    return "\n\n".join(parts) + "\n"


def _section_of(key: str) -> str:
    return key.rpartition(".")[0]


def _row(setting: Setting, given: dict[str, object]) -> str:
    cells = (
        f"`{setting.key}`",
        _default(setting.key, given),
        setting.unit,
        setting.expected,
        setting.meaning,
        setting.rule,
    )
    return f"| {' | '.join(cells)} |"


def _default(key: str, given: dict[str, object]) -> str:
    if key == "tags":
        return "none"
    if key not in given:
        return "must be given"
    value = given[key]
    if value is None or value == ():
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    sys.stdout.write(tables())
