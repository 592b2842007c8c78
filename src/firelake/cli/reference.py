"""The reference of all commands and their options, docs/commands.md, as the command line has them.

`python -m firelake.cli.reference > docs/commands.md` writes it anew.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, cast

import typer

from firelake.cli.app import app, load_command

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = """\
# All commands

Made from the command line itself by `python -m firelake.cli.reference`; a test compares the two.
`firelake COMMAND --help` tells the same.

Where no option and no variable names a lake, a command asks the [project's](project.md) lake on
this machine if one runs; `firelake --stack dev COMMAND` asks the one on AWS of that stack. Options
with a variable take it from the environment, which `firelake env` prints for other tools, too:

```bash
eval "$(firelake env)"                                                # the lake on this machine
eval "$(pulumi stack output --json | firelake env --outputs -)"       # a stack on AWS
```

| exit code | |
| --- | --- |
| 0 | all is done |
| 1 | something is wrong, as standard error says, or left undone, as the counts say |
| 2 | wrong use: an option, its value, a file that it names; no option or variable names the lake |
| 130 | interrupted |

A command whose output nobody reads any more, as behind `head`, ends with 1 and without a word. No
answer of AWS, full disk or missing package ends in a traceback: who sees one has found a fault.
"""


def commands_page() -> str:
    """Render the page, in Markdown."""
    group = cast("Any", typer.main.get_command(app))
    context = typer.Context(group)
    commands = [load_command(name) for name in group.list_commands(context)]
    parts = [_HEAD]
    for command in commands:
        parts += _sections(f"firelake {command.name}", command)
    return "\n".join(parts)


def _sections(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 -- Typer's classes of Click
    yield f"## {name}\n"
    yield f"{_text(command.help)}\n"
    for each in getattr(command, "commands", {}).values():
        yield from _sections(f"{name} {each.name}", each)
    rows = [_row(each) for each in command.params if each.name != "help"]
    if rows:
        table = ["| | | default | variable |", "| --- | --- | --- | --- |", *rows]
        yield "\n".join(table) + "\n"


def _row(parameter: Any) -> str:  # noqa: ANN401 -- as above
    is_option = parameter.param_type_name == "option"
    names = (
        ", ".join(parameter.opts) if is_option else (parameter.metavar or parameter.name.upper())
    )
    shown = f"`{names}{_value_of(parameter) if is_option else ''}`"
    variable = f"`{parameter.envvar}`" if parameter.envvar else ""
    return f"| {shown} | {_cell(parameter.help or '')} | {_default(parameter)} | {variable} |"


def _value_of(parameter: Any) -> str:  # noqa: ANN401 -- as above
    return f" {parameter.metavar}" if parameter.metavar else ""


def _default(parameter: Any) -> str:  # noqa: ANN401 -- as above
    told = parameter.show_default
    if isinstance(told, str):
        return told
    if parameter.required:
        return "required"
    if told is False or parameter.default is None or getattr(parameter, "is_flag", False):
        return ""
    default = parameter.default
    return f"`{getattr(default, 'value', default)}`"


def _text(text: str) -> str:
    """Joins the lines of each paragraph."""
    paragraphs = text.replace("\b", "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(commands_page())
