"""Commands and SQL in all pages: a shell reads them, and each command has the options named."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any, Final, cast

import pytest
import sqlglot
import typer

from firelake.cli.app import app, load_command

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Where a line of a shell ends a command and begins another one.
SEPARATORS: Final = {"|", "&&", "||", ";", ">", "<", ")"}


def blocks(page: Path, *languages: str) -> list[str]:
    """The code blocks of some languages, freed of the indent that they have in lists."""
    found = re.findall(
        r"^( *)```([a-z]*)\n(.*?)^ *```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return [
        re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)
        for indent, language, text in found
        if language in languages
    ]


def calls(page: Path) -> list[list[str]]:
    """The words of each call of `firelake` in a page: in its blocks, and in its text."""
    text = page.read_text("utf-8")
    lines = [
        line.removeprefix("$ ")
        for block in blocks(page, "", "bash", "console", "sh")
        for line in block.replace("\\\n", " ").splitlines()
    ]
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines += re.findall(r"`(firelake [^`]+)`", prose)
    # What stands within "$(...)" is a line of its own.
    lines += [inner for line in lines for inner in re.findall(r"\$\(([^)]*)\)", line)]
    return [call for line in lines if "firelake " in line for call in calls_of(line)]


def calls_of(line: str) -> list[list[str]]:
    """The words after each `firelake` that begins a command of a line."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    found: list[list[str]] = []
    is_begin, is_ours = True, False
    for word in lexer:
        if word in SEPARATORS:
            is_begin, is_ours = True, False
        elif is_begin:
            is_begin, is_ours = False, word == "firelake"
            if is_ours:
                found.append([])
        elif is_ours:
            found[-1].append(word)
    return [words for words in found if words]


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that a call names, and the words after it."""
    group = cast("Any", typer.main.get_command(app))
    is_one = group.get_command(typer.Context(group), words[0]) is not None
    command, rest = cast("Any", load_command(words[0]) if is_one else None), words[1:]
    subcommands = getattr(command, "commands", None)
    if subcommands is not None and rest and rest[0] in subcommands:
        return subcommands[rest[0]], rest[1:]
    return command, rest


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_call_is_one_of_a_command_with_options_that_it_has(page: Path) -> None:
    for words in calls(page):
        if words[0].startswith("-") or words[0].isupper():
            continue
        command, rest = command_of(words)
        assert command is not None, words
        known = {name for each in command.params for name in each.opts} | {"--help"}
        given = {word.partition("=")[0] for word in rest if re.match(r"--[a-z]", word)}
        assert given <= known, words


def test_calls_are_found() -> None:
    found = [tuple(words) for page in PAGES for words in calls(page)]
    assert ("up", "--detach") in found
    assert ("env",) in found
    assert ("env", "--outputs", "-") in found
    assert len({words[0] for words in found} & {"errors", "replay", "backfill", "verify"}) == 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_shell_can_read_its_commands(page: Path) -> None:
    for block in blocks(page, "bash", "sh"):
        done = subprocess.run(
            ["/bin/bash", "-n"], input=block, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stderr}\n{block}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_sql_is_athenas(page: Path) -> None:
    for block in blocks(page, "sql"):
        assert all(sqlglot.parse(block, dialect="athena"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_to_files_and_their_sections_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            anchors = {
                re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings
            }
            assert anchor in anchors, link


def test_the_readme_leads_to_every_page() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    linked = {path for path, _ in re.findall(r"\]\((docs/[^)#\s]+)(#[^)]*)?\)", text)}
    pages = {str(page.relative_to(ROOT)) for page in (ROOT / "docs").glob("*.md")}
    assert pages - linked == set()
