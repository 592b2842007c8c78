"""A provider that makes nothing and gives the outputs that a test tells it to give."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firelake.local.provider import Created, Registration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass
class PlainProvider:
    """Gives every resource its name as id, and `outputs` by its name.

    `on_create` is called first; `threads` are those that created something.
    """

    outputs: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, "Mapping[str, object]"]
    )
    answers: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, "Mapping[str, object]"]
    )
    on_create: Callable[[Registration], None] = lambda _registration: None
    created: list[Registration] = field(default_factory=list[Registration])
    calls: list[tuple[str, Mapping[str, object]]] = field(
        default_factory=list[tuple[str, "Mapping[str, object]"]]
    )
    threads: set[int] = field(default_factory=set[int])

    def create(self, registration: Registration) -> Created:
        self.threads.add(threading.get_ident())
        self.on_create(registration)
        self.created.append(registration)
        return Created(registration.name, self.outputs.get(registration.name, {}))

    def invoke(self, token: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        self.calls.append((token, arguments))
        return self.answers[token]
