"""Selections that only read attributes, completed by a plan that is made once per document.

graphql-core makes some ten calls for each field of each object. Where a selection holds nothing but attributes (no
resolver of its own, no argument, no union), its answer is a pure function of the value: the plan is that function.
Whatever a plan does not expect (a null, an error, an unknown value) is completed again by graphql-core, so that errors
keep their words and their place.
"""

from collections.abc import Callable
from enum import Enum
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    GraphQLBoolean,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLString,
    Undefined,
    Visitor,
    get_nullable_type,
    is_leaf_type,
    visit,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter

Complete: TypeAlias = Callable[[Any], Any]
"""From a value to its part of the answer; raises anything on a value that it does not expect."""

Part: TypeAlias = tuple[str, bool, Complete]
"""Name in the answer, whether a text is expected, how it is completed."""
Key: TypeAlias = tuple[GraphQLOutputType, int | tuple[int, ...]]
_TEXTS = (GraphQLString, GraphQLID)


class Plans:
    """Of one document. One with directives has none: what it selects depends on its variables."""

    def __init__(self, document: DocumentNode) -> None:
        self._document = document  # kept alive: plans go by the identity of its nodes
        self._open = not _has_directives(document)
        self._made: dict[Key, Complete | None] = {}

    def plan(self, type_: GraphQLOutputType, selected: list[FieldDetails], executor: "Planned") -> Complete | None:
        """None when something else than attributes is selected."""
        if not self._open:
            return None
        key = (type_, id(selected[0].node) if len(selected) == 1 else tuple(id(s.node) for s in selected))
        try:
            return self._made[key]
        except KeyError:
            made = self._made[key] = self._make(type_, selected, executor)
            return made

    def _make(self, type_: GraphQLOutputType, selected: list[FieldDetails], executor: "Planned") -> Complete | None:
        if isinstance(type_, GraphQLNonNull):
            inner = self.plan(type_.of_type, selected, executor)
            if inner is None:
                return None
            return _quick(type_.of_type, _present(inner))
        if isinstance(type_, GraphQLList):
            item = self.plan(type_.of_type, selected, executor)
            return None if item is None else _nullable(_list(item))
        if is_leaf_type(type_):
            return _quick(type_, _leaf(type_.coerce_output_value))
        if isinstance(type_, GraphQLObjectType) and type_.is_type_of is None:
            return self._object(type_, selected, executor)
        return None

    def _object(self, type_: GraphQLObjectType, selected: list[FieldDetails], executor: "Planned") -> Complete | None:
        collected = executor.collect_subfields(type_, selected)
        names: list[str] = []
        parts: list[Part] = []
        for key, below in collected.grouped_field_set.items():
            name = below[0].node.name.value
            if name == "__typename":
                names.append("__class__")
                parts.append((key, False, _always(type_.name)))
                continue
            field = type_.fields.get(name)
            definition = field and field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            if field is None or definition is None or not definition.is_basic_field or field.args:
                return None
            complete = self.plan(field.type, below, executor)
            if complete is None:
                return None
            names.append(definition.python_name)
            parts.append((key, get_nullable_type(field.type) in _TEXTS, complete))
        return _nullable(_read(names, parts))


class Planned(StrawberryGraphQLCoreExecutionContext):
    """Completes by plan what the context's `plans` has one for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: Plans = self.context_value.plans

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: list[FieldDetails],
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        complete = self._plans.plan(return_type, field_details_list, self)
        if complete is not None:
            try:
                return complete(result)
            except Exception:  # noqa: S110 - whatever it was, graphql-core meets it again below and says it
                pass
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


class _Unexpected(Exception):
    """The value is not of the kind that a plan is made for."""


def _present(complete: Complete) -> Complete:
    def present(value: Any) -> Any:
        completed = complete(value)
        if completed is None:
            raise _Unexpected
        return completed

    return present


def _nullable(complete: Complete) -> Complete:
    def nullable(value: Any) -> Any:
        return None if value is None or value is Undefined else complete(value)

    return nullable


def _list(item: Complete) -> Complete:
    def items(value: Any) -> list[Any]:
        if type(value) is not list:
            raise _Unexpected
        return [item(one) for one in value]

    return items


def _leaf(coerce: Complete) -> Complete:
    def leaf(value: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise _Unexpected
        return coerced

    return _nullable(leaf)


def _quick(type_: GraphQLOutputType, complete: Complete) -> Complete:
    """What is of the very type that the answer has already is left as it is."""
    if type_ in _TEXTS:
        return lambda value: value if type(value) is str else complete(value)
    if type_ is GraphQLBoolean:
        return lambda value: value if value is True or value is False else complete(value)
    if type_ is GraphQLInt:
        return lambda value: value if type(value) is int and -(2**31) <= value < 2**31 else complete(value)
    if isinstance(type_, CustomGraphQLEnumType):
        members: list[Enum] = list(type_.wrapped_cls)
        names = {member: type_.coerce_output_value(member) for member in members}
        return lambda value: names[value] if type(value) is type_.wrapped_cls else complete(value)
    return complete


def _always(answer: str) -> Complete:
    return lambda _: answer


def _read(names: list[str], parts: list[Part]) -> Complete:
    if len(names) == 1:
        ((key, _, complete),) = parts
        one = attrgetter(names[0])
        return lambda value: {key: complete(one(value))}
    read = attrgetter(*names)

    def fields(value: Any) -> dict[str, Any]:
        return {
            key: held if text and type(held) is str else complete(held)
            for (key, text, complete), held in zip(parts, read(value), strict=True)
        }

    return fields


def _has_directives(document: DocumentNode) -> bool:
    found = _Directives()
    visit(document, found)
    return found.any


class _Directives(Visitor):
    any = False

    def enter_directive(self, *_: Any) -> None:
        self.any = True
