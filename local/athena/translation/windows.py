"""OVER: partitions, order and frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.errors import ErrorName
from local.athena.translation.place import only
from local.athena.translation.typed import not_supported, refuse

if TYPE_CHECKING:
    from local.athena.translation.expressions import Expressions
    from local.athena.translation.place import Place

_KINDS = frozenset({"ROWS", "RANGE", "GROUPS"})


def over(self: Expressions, window: exp.Expr, place: Place) -> str:
    """Translate OVER, with the named window that it may stand on.

    Raises:
        QueryError: It names no window, or has what the translation does not know.
    """
    only(window, "this", "partition_by", "order", "spec", "alias", "over")
    parts: list[str] = []
    partition, order, spec = (window.args.get(key) for key in ("partition_by", "order", "spec"))
    if (named := window.args.get("alias")) is not None:
        base = place.named_windows.get(named.name.lower())
        if base is None:
            detail = f"Cannot resolve WINDOW name {named.name}"
            raise refuse(ErrorName.SYNTAX_ERROR, detail)
        only(base, "this", "partition_by", "order", "spec", "over")
        partition = partition or base.args.get("partition_by")
        order = order or base.args.get("order")
        spec = spec or base.args.get("spec")
    if partition:
        keys = [self.translate(item, place).sql for item in partition]
        parts.append(f"PARTITION BY {', '.join(keys)}")
    if order is not None:
        from local.athena.translation.calls import ordered  # noqa: PLC0415

        items = [ordered(self, item, place) for item in order.expressions]
        parts.append(f"ORDER BY {', '.join(items)}")
    if spec is not None:
        parts.append(_frame(self, spec, place))
    return f" OVER ({' '.join(parts)})"


def _frame(self: Expressions, spec: exp.Expr, place: Place) -> str:
    only(spec, "kind", "start", "start_side", "end", "end_side")
    kind = str(spec.args["kind"]).upper()
    if kind not in _KINDS:
        what = f"a window frame of {kind}"
        raise not_supported(what)
    start = _bound(self, spec.args["start"], spec.args.get("start_side"), place)
    end = spec.args.get("end")
    last = "CURRENT ROW" if end is None else _bound(self, end, spec.args.get("end_side"), place)
    return f"{kind} BETWEEN {start} AND {last}"


def _bound(self: Expressions, bound: object, side: object, place: Place) -> str:
    written = str(side or "").upper()
    if isinstance(bound, str):
        word = bound.upper()
        if word == "CURRENT ROW":
            return word
        if word == "UNBOUNDED" and written in {"PRECEDING", "FOLLOWING"}:
            return f"UNBOUNDED {written}"
    if isinstance(bound, exp.Expr) and written in {"PRECEDING", "FOLLOWING"}:
        return f"{self.translate(bound, place).sql} {written}"
    what = "this bound of a window frame"
    raise not_supported(what)
