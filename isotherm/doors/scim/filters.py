"""A filter of the protocol as a condition of the database, so that totals and pages are true at any size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from scim2_models import InvalidFilterException, ScimFilter
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)


@dataclass(frozen=True, slots=True)
class Column:
    """Where the database keeps an attribute. `fold`: compared without regard to case, kept in small letters. `inside`:
    of several values, which are ids; it gives the condition that one of them is there, or any at all."""

    name: str
    fold: bool = False
    truth: bool = False
    inside: Callable[[int | None], Q] | None = None


NOTHING = Q(pk__in=[])
LOOKUPS = {
    CompareOperator.eq: "exact",
    CompareOperator.co: "contains",
    CompareOperator.sw: "startswith",
    CompareOperator.ew: "endswith",
    CompareOperator.gt: "gt",
    CompareOperator.ge: "gte",
    CompareOperator.lt: "lt",
    CompareOperator.le: "lte",
}


def number(text: str) -> int:
    """An id that was written as text; 0, which is nobody's, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


class Condition(FilterVisitor[Q]):
    """`columns` by the field's name in the model, or `field.sub_field`."""

    def __init__(self, asked: ScimFilter[Any], columns: Mapping[str, Column]) -> None:
        self.asked = asked
        self.columns = columns

    def of(self) -> Q:
        return self.visit(self.asked.ast)

    def visit_comparison(self, node: Comparison) -> Q:
        column = self._column(node.attr_path, comparing=True)
        if column is None:
            return NOTHING
        if node.op == CompareOperator.ne:
            return ~self._compared(column, CompareOperator.eq, node.value)
        return self._compared(column, node.op, node.value)

    def visit_present(self, node: Present) -> Q:
        column = self._column(node.attr_path)
        return NOTHING if column is None else self._there(column)

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        return reduce(and_ if node.op == LogicalOperator.and_ else or_, (self.visit(term) for term in node.terms))

    def visit_value_path(self, node: ValuePath) -> Q:
        """`members[value eq "7"]` is asked like `members.value eq "7"`; more inside the brackets is not."""
        inner = node.val_filter
        if isinstance(inner, Comparison) and inner.attr_path.sub_attr is None:
            path = AttrPath(attr=node.attr_path.attr, sub_attr=inner.attr_path.attr, uri=node.attr_path.uri)
            return self.visit_comparison(Comparison(path, inner.op, inner.value))
        raise self._refused(str(node.attr_path))

    def _compared(self, column: Column, op: CompareOperator, value: Any) -> Q:
        if value is None:
            return ~self._there(column) if op == CompareOperator.eq else NOTHING
        if column.truth or column.inside is not None:
            if op != CompareOperator.eq:
                raise self._refused(column.name)
            return Q(**{column.name: bool(value)}) if column.inside is None else column.inside(number(str(value)))
        if not isinstance(value, str):
            raise self._refused(column.name)
        asked = Q(**{f"{column.name}__{LOOKUPS[op]}": value.lower() if column.fold else value})
        return asked & ~Q(**{column.name: ""})

    @staticmethod
    def _there(column: Column) -> Q:
        if column.inside is not None:
            return column.inside(None)
        there = Q(**{f"{column.name}__isnull": False})
        return there if column.truth else there & ~Q(**{column.name: ""})

    def _column(self, path: AttrPath, *, comparing: bool = False) -> Column | None:
        """None for an attribute that this kind of resource does not have; a refusal for one that cannot be asked."""
        found = (self.asked.resolve_comparison if comparing else self.asked.resolve)(path, strict=False)
        if found is None:
            return None
        names = found.field_name if found.sub_field_name is None else f"{found.field_name}.{found.sub_field_name}"
        if names not in self.columns:
            raise self._refused(str(path))
        return self.columns[names]

    @staticmethod
    def _refused(name: str) -> InvalidFilterException:
        return InvalidFilterException(detail=f"Nothing is looked up by {name} in this way.")
