"""What a resource type takes and gives, by the wire's names, as pulumi-aws has it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pulumi._types import input_type_py_to_pulumi_names, resource_py_to_pulumi_names
from pulumi.runtime import rpc

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Names:
    """Names of a type's inputs, and of all that it gives out, inputs too."""

    inputs: frozenset[str]
    outputs: frozenset[str]


@cache
def names_of(token: str) -> Names:
    """Returns the names of a resource type."""
    package, module_name, _ = token.split(":")
    importlib.import_module(f"pulumi_{package}")  # which makes its modules known
    module: Any = rpc.get_resource_module(package, module_name, "")
    home: Any = importlib.import_module(module.mod_info["fqn"])
    name: str = module.mod_info["classes"][token]
    resource = getattr(home, name)
    source: Any = importlib.import_module(resource.__module__)
    arguments = getattr(source, f"{name}InitArgs", None) or getattr(source, f"{name}Args")
    taken = cast("Mapping[str, str]", input_type_py_to_pulumi_names(arguments))
    given = cast("Mapping[str, str]", resource_py_to_pulumi_names(resource))
    return Names(frozenset(taken.values()), frozenset(given.values()))
