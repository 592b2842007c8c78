"""What a provider is here: it makes the resources and answers the functions of a program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A resource as the program registered it, with every input resolved.

    `inputs` has Pulumi's wire names (camelCase, nested too); what the program left out is absent.
    `parent` and `dependencies` are URNs: the latter those of `depends_on` and of the inputs,
    `input_dependencies` those of each input. `source` is the file and line of the constructor call.
    """

    urn: str
    type: str
    name: str
    is_custom: bool
    parent: str
    inputs: Mapping[str, object]
    secret_inputs: frozenset[str]
    dependencies: frozenset[str]
    input_dependencies: Mapping[str, frozenset[str]]
    is_protected: bool
    is_retained_on_delete: bool
    is_deleted_before_replace: bool
    ignored_changes: tuple[str, ...]
    replacing_changes: tuple[str, ...]
    provider: str
    source: str

    def __str__(self) -> str:
        """Give the resource as messages name it."""
        return f"{self.type} {self.name!r} ({self.source})"


@dataclass(frozen=True, slots=True)
class Created:
    """A made resource: its id, and the outputs that are not inputs, by wire name."""

    id: str
    outputs: Mapping[str, object] = field(default_factory=dict[str, object])


class Provider(Protocol):
    """Makes resources and answers functions. It is called from several threads at once."""

    def create(self, registration: Registration) -> Created:
        """Make a resource; any error it raises ends the run and names the resource.

        The inputs are outputs too, under the same names, where `Created.outputs` has no other
        value. An output that is in neither is an error as soon as the program uses it.
        """
        ...

    def invoke(self, token: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Answer a function, as in `aws:index/getCallerIdentity:getCallerIdentity`."""
        ...
