"""Signatures of functions, and the choice of the one that a call means, as Athena chooses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import as_decimal, coerce, common_type, cost
from athena_on_duckdb.translation.requirements import require
from athena_on_duckdb.translation.typed import (
    LONG_SQL,
    MARK,
    Typed,
    fail,
    fill,
    invalid,
    let,
    variables,
)
from athena_on_duckdb.types import DATE, UNKNOWN, WITH_TIME_ZONE, AthenaType, decimal, parse_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Parameters that take every type of the name, with whatever parameters of its own.
_ANY_OF: Final = frozenset({"decimal", "timestamp", WITH_TIME_ZONE, "time", "char"})
# A signature with one of these words stands for as many signatures.
_INTEGRAL: Final = ("tinyint", "smallint", "integer", "bigint")
_FAMILIES: Final = {
    "integral": _INTEGRAL,
    "number": (*_INTEGRAL, "decimal", "real", "double"),
    "text_or_json": ("varchar", "json"),
    # Patterns, paths and sets of characters.
    "pattern": ("varchar", "char"),
    "datetime": ("date", "timestamp", WITH_TIME_ZONE),
}
# What takes NULL for a value like others.
_OF_NULL: Final = frozenset({"concat_ws", "reduce", "repeat"})
_SIGNATURE: Final = re.compile(r"(\w+)\((.*)\) -> (.+)")


@dataclass(frozen=True, slots=True)
class LambdaValue:
    """A lambda, translated: `lambda a, b: body` is its SQL."""

    parameters: tuple[str, ...]
    body: Typed

    @property
    def sql(self) -> str:
        """The whole lambda."""
        return f"lambda {', '.join(self.parameters)}: {self.body.sql}"


@dataclass(frozen=True, slots=True)
class LambdaSource:
    """A lambda that still waits for the types of its parameters.

    Attributes:
        arity: How many parameters it has.
        bind: Translates it with types for them.
    """

    arity: int
    bind: Callable[[tuple[AthenaType, ...]], LambdaValue]


Argument: TypeAlias = "Typed | LambdaSource"
Bound: TypeAlias = "Typed | LambdaValue"


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose signature is chosen: arguments have the types that it wants.

    Attributes:
        arguments: The arguments.
        returns: The type that the call has.
    """

    arguments: tuple[Bound, ...]
    returns: AthenaType

    def value(self, index: int) -> Typed:
        """Give an argument that is no lambda."""
        return cast("Typed", self.arguments[index])

    def function(self, index: int) -> LambdaValue:
        """Give an argument that is a lambda."""
        return cast("LambdaValue", self.arguments[index])

    @property
    def sqls(self) -> list[str]:
        """The SQL of all arguments."""
        return [argument.sql for argument in self.arguments]


Make: TypeAlias = "str | Callable[[Call], str | Typed]"
# What functions are made of, by their signatures.
Entries: TypeAlias = "Mapping[str, Make]"


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function, and what it becomes.

    Attributes:
        name: The function.
        parameters: The types of the parameters; a single letter stands for any type.
        variadic: Whether the last parameter may come any number of times, or not at all.
        returns: The type of the call; `$0` is the type of the first argument.
        make: What makes the SQL, or a template: `{0}` is the first argument, `{a}` and `{b}` are
            names for parameters of lambdas, `{type}` is the type of the call, and `{!text}` fails
            for a wrong argument with this text.
    """

    name: str
    parameters: tuple[AthenaType, ...]
    variadic: bool
    returns: AthenaType
    make: Make = field(compare=False)


def signature(written: str, make: Make) -> Signature:
    """Read a signature such as `strpos(varchar, varchar) -> bigint`; `...` ends a variadic one."""
    matched = _SIGNATURE.fullmatch(written)
    if matched is None:
        message = f"No signature: {written}"
        raise ValueError(message)
    name, inside, returns = matched.groups()
    variadic = inside.endswith("...")
    inside = inside.removesuffix("...")
    parameters = parse_type(f"function({inside})").children if inside else ()
    return Signature(name, parameters, variadic, parse_type(returns), make)


def table(entries: Entries) -> dict[str, tuple[Signature, ...]]:
    """Make a table of signatures by name; a family's word stands for each type of it."""
    made: dict[str, tuple[Signature, ...]] = {}
    for written, make in entries.items():
        for spelled in _spelled_out(written):
            one = signature(spelled, make)
            made[one.name] = (*made.get(one.name, ()), one)
    return made


def _spelled_out(written: str) -> list[str]:
    for word, types in _FAMILIES.items():
        if re.search(rf"\b{word}\b", written):
            each = (re.sub(rf"\b{word}\b", type_, written) for type_ in types)
            return [one for spelled in each for one in _spelled_out(spelled)]
    return [written]


@dataclass(slots=True)
class _Match:
    signature: Signature
    parameters: tuple[AthenaType, ...]
    bindings: dict[str, AthenaType]
    cost: int = 0


def resolve(name: str, choices: tuple[Signature, ...], arguments: tuple[Argument, ...]) -> Typed:
    """Translate a call by the signature that fits best.

    Raises:
        QueryError: None fits.
    """
    call, chosen = bind(name, choices, arguments)
    made = _made(chosen.make, call)
    return made if name in _OF_NULL else _null_first(chosen.make, call, made)


def _made(make: Make, call: Call) -> Typed:
    """Make the SQL of a call; a wrong argument fails where a row reaches it, and not before."""
    try:
        made = fill(_written(make, call), call.sqls) if isinstance(make, str) else make(call)
    except QueryError as error:
        if error.name != ErrorName.INVALID_FUNCTION_ARGUMENT:
            raise
        zone = "UTC" if call.returns.name == WITH_TIME_ZONE else None
        returns = replace(call.returns, zone=call.returns.zone or zone)
        return Typed(fail(error.name, error.detail, returns), returns)
    return made if isinstance(made, Typed) else Typed(made, call.returns)


def _written(template: str, call: Call) -> str:
    """Write in a template its errors, its names for a lambda's parameters, and the call's type."""
    a, b = variables(2, *call.sqls)
    words = {"{a}": a, "{b}": b, "{type}": call.returns.duckdb}
    return re.sub(
        r"\{(?:!([^{}]*)|a|b|type)\}",
        lambda found: words.get(found[0]) or invalid(found[1], call.returns),
        template,
    )


def _null_first(make: Make, call: Call, made: Typed) -> Typed:
    """Give NULL where an argument is NULL, before another one is found to be wrong."""
    bare = made.sql
    for argument in call.arguments:
        bare = bare.replace(argument.sql, "") if MARK in argument.sql else bare
    if MARK not in bare or len(call.arguments) == 1:
        return made
    nullable = [one for one in call.arguments if isinstance(one, Typed) and one.literal is None]
    long = next((one for one in nullable if len(one.sql) > LONG_SQL), None)
    if long is not None:

        def with_name(once: str) -> str:
            arguments = [replace(long, sql=once) if one is long else one for one in call.arguments]
            known = Call(tuple(arguments), call.returns)
            return _null_first(make, known, _made(make, known)).sql

        return Typed(let(long.sql, with_name), made.type, made.literal)
    nulls = " OR ".join(f"{one.sql} IS NULL" for one in nullable) or "false"
    return Typed(f"CASE WHEN {nulls} THEN NULL ELSE {made.sql} END", made.type)


def bind(
    name: str, choices: tuple[Signature, ...], arguments: tuple[Argument, ...]
) -> tuple[Call, Signature]:
    """Choose the signature of a call and turn the arguments into the types that it wants.

    Raises:
        QueryError: None fits.
    """
    matches = [found for one in choices if (found := _match(one, arguments)) is not None]
    if not matches:
        types = (str(one.type) if isinstance(one, Typed) else "function" for one in arguments)
        given = ", ".join(types)
        detail = f"Unexpected parameters ({given}) for function {name}"
        raise QueryError(ErrorName.FUNCTION_NOT_FOUND, detail)
    require(name, [one.type if isinstance(one, Typed) else UNKNOWN for one in arguments])
    best = min(matches, key=lambda match: match.cost)
    while True:
        known = dict(best.bindings)
        bound = [
            coerce(argument, _wanted(parameter, argument.type, best.bindings))
            if isinstance(argument, Typed)
            else _bind_lambda(parameter, argument, best.bindings)
            for parameter, argument in zip(best.parameters, arguments, strict=True)
        ]
        if all(best.bindings[name] == type_ for name, type_ in known.items()):
            break
        # A lambda gave a wider type than its state began with, which the state then has.
        best.bindings = {name: best.bindings[name] for name in known}
    types = [
        # A text keeps its length where the function gives one of the same length at most.
        argument.type
        if isinstance(argument, Typed) and argument.type.name == "varchar"
        else item.type
        if isinstance(item, Typed)
        else item.body.type
        for item, argument in zip(bound, arguments, strict=True)
    ]
    returns = _substitute(best.signature.returns, best.bindings, types)
    return Call(tuple(bound), returns), best.signature


def _match(one: Signature, arguments: tuple[Argument, ...]) -> _Match | None:  # noqa: C901 -- one branch a kind of argument
    parameters = one.parameters
    if one.variadic:
        repeated = len(arguments) - len(parameters) + 1
        if repeated < 0:
            return None
        parameters = (*parameters[:-1], *([parameters[-1]] * repeated))
    if len(parameters) != len(arguments):
        return None
    found = _Match(one, parameters, {})
    for parameter, argument in zip(parameters, arguments, strict=True):
        if isinstance(argument, LambdaSource):
            if parameter.name != "function" or len(parameter.children) - 1 != argument.arity:
                return None
        elif parameter.name == "function" or not _unify(parameter, argument.type, found.bindings):
            return None
    for parameter, argument in zip(parameters, arguments, strict=True):
        if isinstance(argument, LambdaSource):
            continue
        wanted = _wanted(parameter, argument.type, found.bindings)
        price = cost(argument.type, wanted)
        if price is None:
            return None
        found.cost += price
    return found


def _is_variable(type_: AthenaType) -> bool:
    return len(type_.name) == 1


def _unify(parameter: AthenaType, given: AthenaType, bindings: dict[str, AthenaType]) -> bool:
    if _is_variable(parameter):
        common = common_type(bindings.get(parameter.name, UNKNOWN), given)
        if common is not None:
            bindings[parameter.name] = common
        return common is not None
    if not parameter.children or (given == UNKNOWN and parameter.name != "row"):
        return True
    children = zip(parameter.children, given.children, strict=False)
    alike = (given.name, len(given.children)) == (parameter.name, len(parameter.children))
    return alike and all(_unify(a, b, bindings) for a, b in children)


def _wanted(  # noqa: PLR0911 -- one way out a kind
    parameter: AthenaType, given: AthenaType, bindings: Mapping[str, AthenaType]
) -> AthenaType:
    if parameter.name in _ANY_OF:
        if given.name == parameter.name:
            return given
        if parameter.name == "decimal" and cost(given, decimal(38, 19)) is not None:
            return as_decimal(given) if given != UNKNOWN else decimal(1, 0)
        if parameter.name == WITH_TIME_ZONE and (given == DATE or given.name == "timestamp"):
            return AthenaType(WITH_TIME_ZONE, given.precision or 3, zone="UTC")
        return parameter
    if parameter.name == "row" and not parameter.children:
        return given if given.name == "row" else parameter
    if parameter.children and len(parameter.children) == len(given.children):
        children = tuple(
            _wanted(a, b, bindings) for a, b in zip(parameter.children, given.children, strict=True)
        )
        return AthenaType(parameter.name, children=children, fields=given.fields)
    return _substitute(parameter, bindings, [])


def _substitute(
    type_: AthenaType, bindings: Mapping[str, AthenaType], arguments: list[AthenaType]
) -> AthenaType:
    if type_.name.startswith("$"):
        return arguments[int(type_.name[1:])]
    if _is_variable(type_):
        return bindings.get(type_.name, UNKNOWN)
    if not type_.children:
        return type_
    children = tuple(_substitute(child, bindings, arguments) for child in type_.children)
    return AthenaType(type_.name, type_.precision, type_.scale, children, type_.fields)


def _bind_lambda(
    parameter: AthenaType, argument: LambdaSource, bindings: dict[str, AthenaType]
) -> LambdaValue:
    *given, returned = parameter.children
    value = argument.bind(tuple(_substitute(type_, bindings, []) for type_ in given))
    if _is_variable(returned) and returned.name not in bindings:
        bindings[returned.name] = value.body.type
        return value
    wanted = _substitute(returned, bindings, [])
    wider = common_type(wanted, value.body.type)
    if _is_variable(returned) and wider is not None and wider != wanted:
        bindings[returned.name] = wider
        return value
    if wanted.children and not _unify(returned, value.body.type, bindings):
        detail = f"A lambda gives {value.body.type}, but {returned} is needed."
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)
    wanted = _substitute(returned, bindings, [])
    return LambdaValue(value.parameters, coerce(value.body, wanted))
