"""The patterns of AWS's service models, which are Java's, as Python's.

A pattern is for the whole value, with or without `^` and `$`: so the services read them.
"""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from functools import cache
from operator import itemgetter

from firelake.formats.emulation import PatternError

# Java writes a character outside the Basic Multilingual Plane as the two halves of UTF-16.
_ALL_PAIRS = r"\uD800\uDC00-\uDBFF\uDFFF"
_ALL_ASTRAL = r"\U00010000-\U0010FFFF"
# What Python has no escape for: https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html
_POSIX = {"Alnum": "0-9A-Za-z", "Alpha": "A-Za-z", "Digit": "0-9", "Print": r"\x20-\x7E"}
_CATEGORIES = frozenset("CLMNPSZ")
_LOOKING = threading.Lock()
_TOKEN = re.compile(r"\\p\{(\w+)\}|(\\[wds])-(?!\])|\\.|\[\^?\]?|\]|.", re.DOTALL)


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of a service model, to be used with `fullmatch`.

    Raises:
        PatternError: The pattern uses what Python's patterns do not have and this module does not
            translate.
    """
    translated: list[str] = []
    in_class = False
    for token in _TOKEN.finditer(pattern.replace(_ALL_PAIRS, _ALL_ASTRAL)):
        text = token[0]
        if token[1]:
            members = _members(token[1], pattern)
            text = members if in_class else f"[{members}]"
        elif token[2] and in_class:
            text = rf"{token[2]}\-"  # not the start of a range, which Python asks for
        elif text.startswith("[") and not in_class:
            in_class = True
        elif text == "]":
            in_class = False
        translated.append(text)
    try:
        # Java's \d, \s and \w are those of ASCII.
        return re.compile("".join(translated), re.ASCII)
    except re.error as error:
        message = f"the pattern {pattern!r} of AWS's model is none of Python's: {error}"
        raise PatternError(message) from error


def _members(name: str, pattern: str) -> str:
    if name in _POSIX:
        return _POSIX[name]
    if name in _CATEGORIES:
        return _category(name)
    message = f"the pattern {pattern!r} of AWS's model has the unknown property {name!r}"
    raise PatternError(message)


@cache
def _category(letter: str) -> str:
    """Returns the ranges of characters of a general category of Unicode, such as L for letters."""
    with _LOOKING:  # a program registers several resources at once
        found = re.finditer(f"{letter}+", _categories())
    return "".join(f"\\U{run.start():08x}-\\U{run.end() - 1:08x}" for run in found)


@cache
def _categories() -> str:
    """Returns the letter of the category of every character, by its code."""
    every = map(unicodedata.category, map(chr, range(sys.maxunicode + 1)))
    return "".join(map(itemgetter(0), every))
