"""Parses Athena's SQL, keeping names and literals that sqlglot would change."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

import sqlglot
from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError
from sqlglot.parsers.athena import AthenaTrinoParser
from sqlglot.tokenizer_core import TokenType

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.expressions import PLUS, TYPED_TEXT
from athena_on_duckdb.translation.syntax import refuse_other_dialects, refuse_reserved_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Functions with a grammar of their own. All others stay calls by name: what sqlglot makes of a
# known function may mean something else, or other arguments, than Athena's.
_GRAMMARS: Final = frozenset({
    "CAST", "TRY_CAST", "EXTRACT", "TRIM", "JSON_OBJECT", "LISTAGG", "SUBSTRING", "NORMALIZE",
})  # fmt: skip
_SET_OPERATIONS: Final = frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT})
_WORDS: Final = frozenset({"ANY", "CASE", "IF"})
# Bytes, whose digits blanks may keep apart; what may look like them comes first.
_BYTES: Final = re.compile(
    r"""--[^\n]*|/\*.*?\*/|"(?:[^"]|"")*"|(?<![\w.])(?P<bytes>[xX]'[\da-fA-F\s]*')|'(?:[^']|'')*'""",
    re.DOTALL,
)


def _typed_text(_: object, this: exp.Expr, to: exp.DataType) -> exp.Expr:
    made = exp.Cast(this=this, to=to)
    made.meta[TYPED_TEXT] = True
    return made


def _only(parsers: Mapping[Any, Any], names: frozenset[str]) -> dict[Any, Any]:
    return {key: parser for key, parser in parsers.items() if str(key) in names}


class _Parser(AthenaTrinoParser):
    def _plus(self) -> exp.Expr:
        """Read what follows a plus sign, which sqlglot would leave out."""
        made = exp.Paren(this=self._parse_unary())
        made.meta[PLUS] = True
        return made

    def _position(self) -> exp.Expr:
        """Read the operands of POSITION, which has no other form."""
        found = self._parse_bitwise()
        if found is None or not self._match(TokenType.IN):
            self.raise_error("POSITION needs IN")
        return exp.StrPosition(this=self._parse_bitwise(), substr=found)

    def _json_array(self) -> exp.Expr:
        """Read the values of JSON_ARRAY."""
        items = self._parse_csv(lambda: self._parse_format_json(self._parse_bitwise()))
        nulls = self._parse_on_handling("NULL", "NULL", "ABSENT")
        return exp.JSONArray(expressions=items, null_handling=nulls)

    def _json_function(self, kind: type[exp.Expr], path: str) -> exp.Expr:
        """Read the arguments of a function of the SQL standard, and what may follow them."""
        made = kind(this=self._parse_format_json(self._parse_bitwise()))
        given = self._parse_bitwise() if self._match(TokenType.COMMA) else None
        if given is None:
            self.raise_error("a JSON function needs a path")
        made.set(path, given)
        if kind is exp.JSONValue and self._match_text_seq("RETURNING"):
            made.set("returning", self._parse_types())
        if kind is exp.JSONExtract:
            made.set("json_query", value=True)
            made.set("option", self._wrapper())
            made.set("quote", self._quotes())
        made.set("on_condition", self._parse_on_condition())
        return made

    FUNCTIONS: ClassVar[dict[str, Callable[..., exp.Expr]]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expr]]] = {
        **_only(cast("dict[Any, Any]", AthenaTrinoParser.FUNCTION_PARSERS), _GRAMMARS),
        "POSITION": _position,
        "JSON_ARRAY": _json_array,
        "JSON_EXISTS": partial(_json_function, kind=exp.JSONExists, path="path"),
        "JSON_QUERY": partial(_json_function, kind=exp.JSONExtract, path="expression"),
        "JSON_VALUE": partial(_json_function, kind=exp.JSONValue, path="path"),
    }
    ON_CONDITION_TOKENS: ClassVar[tuple[str, ...]] = (
        "ERROR", "NULL", "TRUE", "FALSE", "UNKNOWN", "EMPTY ARRAY", "EMPTY OBJECT",
    )  # fmt: skip
    JSON_KEY_VALUE_SEPARATOR_TOKENS: ClassVar[set[TokenType]] = {TokenType.COLON}
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expr]]] = _only(
        cast("dict[Any, Any]", AthenaTrinoParser.NO_PAREN_FUNCTION_PARSERS), _WORDS
    )
    UNARY_PARSERS: ClassVar[dict[TokenType, Callable[..., exp.Expr | None]]] = {
        **cast("dict[TokenType, Any]", AthenaTrinoParser.UNARY_PARSERS),
        TokenType.PLUS: _plus,
    }
    # Athena has neither `x::type` nor `json -> path`.
    COLUMN_OPERATORS: ClassVar[dict[Any, Any]] = {TokenType.DOT: None}
    TYPE_LITERAL_PARSERS: ClassVar[dict[exp.DType, Callable[..., exp.Expr]]] = dict.fromkeys(
        exp.DType, _typed_text
    )

    def _wrapper(self) -> exp.Expr | None:
        for words in ("WITHOUT", "WITH CONDITIONAL", "WITH UNCONDITIONAL", "WITH"):
            for array in (["ARRAY"], []):
                if self._match_text_seq(*words.split(), *array, "WRAPPER"):
                    return exp.var(words)
        return None

    def _quotes(self) -> exp.Expr | None:
        for word in ("KEEP", "OMIT"):
            if self._match_text_seq(word, "QUOTES"):
                self._match_text_seq("ON", "SCALAR", "STRING")
                return exp.var(word)
        return None

    def _parse_derived_table_values(self, allow_value_synonym: bool = False) -> exp.Values | None:  # noqa: FBT001, FBT002 -- sqlglot's own
        """Read `(VALUES ...)`, but not what goes on with UNION, which is a query."""
        start, depth = self._index, 0
        for token in self._tokens[start:]:
            depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
            if depth == 0:
                break
            if depth == 1 and token.token_type in _SET_OPERATIONS:
                return None
        return super()._parse_derived_table_values(allow_value_synonym)

    def _parse_join(self, *args: Any, **kwargs: Any) -> exp.Join | None:  # noqa: ANN401 -- sqlglot's own
        first = self._curr
        made = super()._parse_join(*args, **kwargs)
        plain = first.token_type in {TokenType.JOIN, TokenType.INNER}
        if made is not None and plain and not (made.args.get("on") or made.args.get("using")):
            self.raise_error("JOIN needs ON or USING", first)
        return made

    def _parse_on_handling(self, on: str, *values: str) -> Any:  # noqa: ANN401 -- sqlglot's own
        for value in values:
            if self._match_text_seq(*value.split(), "ON", on):
                return f"{value} ON {on}"
        return super()._parse_on_handling(on)


class _Athena(Trino):
    INDEX_OFFSET = 0
    NUMBERS_CAN_BE_UNDERSCORE_SEPARATED = True
    Parser = _Parser


def parse(sql: str) -> exp.Expr:
    """Parse one statement.

    Raises:
        QueryError: The text is no statement, or more than one.
    """
    try:
        sql = _BYTES.sub(_without_spaces, sql)
        tokens = _Athena().tokenize(sql)
        refuse_other_dialects(sql, tokens)
        statements = sqlglot.parse(sql, dialect=_Athena)
    except (SqlglotError, RecursionError) as error:
        detail = f"The statement cannot be read: {_plain(error)}"
        raise QueryError(ErrorName.SYNTAX_ERROR, detail) from error
    found = [statement for statement in statements if statement is not None]
    if len(found) != 1:
        raise QueryError(ErrorName.SYNTAX_ERROR, "Only one sql statement is allowed.")
    refuse_reserved_names(found[0])
    return found[0]


def _without_spaces(found: re.Match[str]) -> str:
    return found[0] if found["bytes"] is None else "".join(found[0].split())


def _plain(error: Exception) -> str:
    """Give sqlglot's message without the terminal's underlining."""
    return str(error).replace("\x1b[4m", "").replace("\x1b[0m", "")
