"""Patterns of texts, matched in one pass whatever text and pattern are: RE2's way.

The places of a pattern that could take the next character are the bits of a number. What follows
from a set of places is worked out once, and kept as a state of an automaton for as long as there
are few. Nothing is tried and taken back, so a character costs the same wherever it stands.
https://swtch.com/~rsc/regexp/regexp1.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from firelake.contract.character_classes import WORD, Chars
from firelake.contract.pattern_syntax import (
    Boundary,
    Choice,
    Node,
    Repeat,
    Sequence,
    parse_pattern,
    shortest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

# Transitions that are kept; then all are forgotten, as RE2 does. A megabyte or two.
MOST_KEPT: Final = 10_000
_BITS: Final = 8
_BYTE: Final = 0xFF


class Pattern:
    """A pattern, ready to be looked for.

    Attributes:
        tree: As it was read.
        shortest: How many characters a text in which it is found has at least.
        kept: How many transitions are remembered.
    """

    def __init__(self, pattern: str) -> None:
        """Reads a pattern.

        Raises:
            PatternError: It is not of the syntax, or too large.
        """
        self.tree = parse_pattern(pattern)
        self.shortest = shortest(self.tree)
        self._program = _Program(self.tree)
        self.kept = 0
        self._masks: dict[str, int] = {}
        self._states: dict[tuple[int, Boundary], State] = {}
        # Where the pattern is in the text, whatever still comes.
        self._found = State(self, 0, Boundary(0))

    def is_in(self, text: str) -> bool:
        """Whether the pattern is anywhere in a text; `^` and `$` bind it to start and end."""
        found = self._found
        state = self._state(0, Boundary.TEXT_START | Boundary.LINE_START)
        for character in text:
            state = state[character]
            if state is found:
                return True
        reached = self._program.follow(state.places, _between(state.before, None))
        return self._program.is_match(reached)

    def next_state(self, state: State, character: str) -> State:
        """Works out where a character leads, and keeps it."""
        reached = self._program.follow(state.places, _between(state.before, character))
        self.kept += 1
        if self.kept > MOST_KEPT:
            self._forget()
        if self._program.is_match(reached):
            state[character] = self._found
            return self._found
        mask = self._masks.get(character)
        if mask is None:
            mask = self._masks[character] = self._program.mask(character)
        following = self._state(reached & mask, _after(character))
        state[character] = following
        return following

    def _state(self, places: int, before: Boundary) -> State:
        key = (places, before & self._program.looks_back)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = State(self, *key)
        return state

    def _forget(self) -> None:
        # Another thread may be under way: it goes on with the states that it has.
        states, self._states, self._masks = self._states, {}, {}
        for state in list(states.values()):
            state.clear()
        self.kept = 0


class State(dict[str, "State"]):
    """A set of places, and where each character that has come yet leads from there."""

    __slots__ = ("before", "pattern", "places")

    def __init__(self, pattern: Pattern, places: int, before: Boundary) -> None:
        super().__init__()
        self.pattern = pattern
        self.places = places
        self.before = before

    def __missing__(self, character: str) -> State:
        return self.pattern.next_state(self, character)


def _after(character: str) -> Boundary:
    """What the place after a character has of it: line starts, and whether it is of a word."""
    if character == "\n":
        return Boundary.LINE_START
    return Boundary.WORD if WORD.holds(character) else Boundary(0)


def _between(before: Boundary, character: str | None) -> Boundary:
    """What is true of the place between what was before it and the next character, or the end."""
    is_word = character is not None and WORD.holds(character)
    is_edge = is_word is not (Boundary.WORD in before)
    true = Boundary.WORD if is_edge else Boundary.NO_WORD
    true |= before & (Boundary.TEXT_START | Boundary.LINE_START)
    if character is None:
        return true | Boundary.TEXT_END | Boundary.LINE_END
    return true | Boundary.LINE_END if character == "\n" else true


class _Program:
    """A tree as instructions, of which those that take a character are the places.

    Attributes:
        looks_back: What must be remembered of the character before a place.
    """

    def __init__(self, tree: Node) -> None:
        # An instruction is what it takes or asks for, and those that may come after it.
        self._code: list[tuple[Chars | Boundary | None, tuple[int, ...]]] = []
        end = self._add(None)
        self._first = self._emit(tree, end)
        self._places: list[tuple[Chars, int]] = []
        self._bits: dict[int, int] = {}
        for at, (wants, after) in enumerate(self._code):
            if isinstance(wants, Chars):
                self._bits[at] = 1 << len(self._places)
                self._places.append((wants, after[0]))
        self._bits[end] = self._match = 1 << len(self._places)
        self._asked = Boundary(0)
        for wants, _ in self._code:
            if isinstance(wants, Boundary):
                self._asked |= wants
        self.looks_back = self._asked & (Boundary.TEXT_START | Boundary.LINE_START)
        if self._asked & (Boundary.WORD | Boundary.NO_WORD):
            self.looks_back |= Boundary.WORD
        self._by_class: dict[Chars, int] = {}
        for number, (chars, _) in enumerate(self._places):
            self._by_class[chars] = self._by_class.get(chars, 0) | 1 << number
        # For eight places at once: what follows from those that were reached.
        self._following: dict[tuple[Boundary, int, int], int] = {}

    def is_match(self, reached: int) -> bool:
        """Whether the pattern ends here."""
        return bool(reached & self._match)

    def mask(self, character: str) -> int:
        """The places that take a character."""
        return sum(mask for chars, mask in self._by_class.items() if chars.holds(character))

    def follow(self, places: int, boundary: Boundary) -> int:
        """The places after those that have taken a character, and those where one may begin."""
        boundary &= self._asked
        reached = self._follow_eight(boundary, -1, 1)
        number = 0
        while places:
            eight = places & _BYTE
            if eight:
                reached |= self._follow_eight(boundary, number, eight)
            places >>= _BITS
            number += 1
        return reached

    def _follow_eight(self, boundary: Boundary, number: int, eight: int) -> int:
        key = (boundary, number, eight)
        if key not in self._following:
            after = (
                [self._first]
                if number < 0
                else [
                    self._places[number * _BITS + bit][1]
                    for bit in range(_BITS)
                    if eight >> bit & 1
                ]
            )
            self._following[key] = self._closure(after, boundary)
        return self._following[key]

    def _closure(self, start: Iterable[int], boundary: Boundary) -> int:
        """The places that are reached without taking a character."""
        waiting = [*start]
        seen = {*waiting}
        reached = 0
        while waiting:
            at = waiting.pop()
            wants, after = self._code[at]
            reached |= self._bits.get(at, 0)
            if isinstance(wants, Chars) or (wants is not None and wants not in boundary):
                continue
            waiting += [each for each in after if each not in seen]
            seen.update(after)
        return reached

    def _add(self, wants: Chars | Boundary | None, *after: int) -> int:
        self._code.append((wants, after))
        return len(self._code) - 1

    def _emit(self, node: Node, after: int) -> int:
        """Write a tree's instructions, of which the last lead to `after`; return the first."""
        match node:
            case Sequence(items):
                for item in reversed(items):
                    after = self._emit(item, after)
                return after
            case Choice(items):
                return self._add(None, *(self._emit(item, after) for item in items))
            case Repeat():
                return self._emit_repeat(node, after)
            case _:
                return self._add(node, after)

    def _emit_repeat(self, repeat: Repeat, after: int) -> int:
        first = after
        if repeat.most is None:
            first = self._add(None)
            self._code[first] = (None, (self._emit(repeat.item, first), after))
        for _ in range((repeat.most or repeat.least) - repeat.least):
            first = self._add(None, self._emit(repeat.item, first), after)
        for _ in range(repeat.least):
            first = self._emit(repeat.item, first)
        return first


@lru_cache(maxsize=256)
def pattern_of(text: str) -> Pattern:
    """The pattern of a text, read once a process.

    Raises:
        PatternError: It is not of the syntax, or too large.
    """
    return Pattern(text)
