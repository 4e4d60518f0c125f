"""From a text to an answer: parsed once, guarded, validated once, executed; a refusal is one error with a code.

Nothing of the query or of its variables is quoted, neither to the client nor to the log.
"""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    specified_rules,
    validate,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.utils.await_maybe import await_maybe
from strawberry.utils.str_converters import to_camel_case

from graph.errors import MaillageError, StoreUnavailable
from resolvers.context import Context
from schema.errors import HANDLERS
from schema.guard import MAX_CHARACTERS, MAX_TOKENS, Guard, Refusal, paged_by_variable
from schema.plan import Planned, Plans
from schema.root import Mutation, Query

log = logging.getLogger("maillage.graphql")

_CACHED = 256
_INTROSPECTION = ("__schema", "__type", "__typename")


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is the HTTP status that fits."""

    status: int
    body: dict[str, Any]


class GraphQL:
    """The schema with its guard. In development introspection is open, and is not measured."""

    def __init__(self, *, development: bool = False) -> None:
        self.schema = strawberry.Schema(
            query=Query,
            mutation=Mutation,
            exception_handlers=HANDLERS,
            config=StrawberryConfig(name_converter=_Names()),
        )
        self.development = development
        self.guard = Guard(self.schema._schema)
        self._rules = [*specified_rules] if development else [*specified_rules, NoSchemaIntrospectionCustomRule]
        self._prepared = lru_cache(_CACHED)(_Prepared)

    async def answer(
        self,
        query: str,
        variables: Mapping[str, Any] | None,
        operation: str | None,
        context: Context,
        request_id: str,
    ) -> Answer:
        try:
            prepared = self._admitted(query, variables or {}, operation)
        except Refusal as refusal:
            return refused(400, refusal.code, str(refusal), request_id)
        try:
            result = await await_maybe(
                execute(
                    self.schema._schema,
                    prepared.document,
                    context_value=_Carried(context, prepared.plans),
                    variable_values=dict(variables) if variables else None,
                    operation_name=operation,
                    executor_class=Planned,
                    is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type] # declared bool, means TypeGuard
                )
            )
        except Exception as problem:
            return self._failed([GraphQLError("", original_error=problem)], request_id)
        if result.errors:
            return self._failed(result.errors, request_id)
        return Answer(200, {"data": result.data})

    def writes(self, query: str) -> bool:
        """Whether *query* is read as a mutation; what cannot be read writes nothing."""
        if len(query) > MAX_CHARACTERS:
            return False
        try:
            return self._prepared(query).writes
        except Refusal:
            return False

    def _admitted(self, query: str, variables: Mapping[str, Any], operation: str | None) -> "_Prepared":
        if len(query) > MAX_CHARACTERS:
            raise Refusal("TOO_LONG", f"Une requête compte au plus {MAX_CHARACTERS} caractères.")
        prepared = self._prepared(query)
        if not (prepared.measured or (self.development and _introspects(prepared.document))):
            self.guard.check(prepared.document, variables)
            prepared.measured = not prepared.paged_by_variable
        if operation is not None and operation not in _operations(prepared.document):
            raise Refusal("NO_OPERATION", "La requête ne contient pas l'opération nommée.")
        if prepared.valid is None:
            prepared.valid = not validate(self.schema._schema, prepared.document, self._rules, max_errors=1)
        if not prepared.valid:
            raise Refusal("INVALID", "La requête ne correspond pas au schéma.")
        return prepared

    def _failed(self, errors: list[GraphQLError], request_id: str) -> Answer:
        found = [e.original_error for e in errors if e.original_error is not None]
        causes = [cause for cause in found if not isinstance(cause, GraphQLError)]  # those are bad variables
        for cause in causes:
            if isinstance(cause, StoreUnavailable):
                log.error("request %s: %s", request_id, type(cause).__name__)
                return refused(503, "UNAVAILABLE", str(cause), request_id)
            if isinstance(cause, MaillageError):
                return refused(400, "REFUSED", str(cause), request_id)
        if not causes:
            return refused(400, "BAD_VARIABLES", "Les variables ne correspondent pas au schéma.", request_id)
        for cause in causes:
            log_cause(log, request_id, cause)
        return refused(500, "INTERNAL", "Une erreur inattendue est survenue.", request_id)


def log_cause(log: logging.Logger, request_id: str, cause: BaseException) -> None:
    """Its type and where it rose; never its text."""
    where = "".join(traceback.format_tb(cause.__traceback__))
    log.error("request %s failed: %s\n%s", request_id, type(cause).__name__, where)


def refused(status: int, code: str, sentence: str, request_id: str) -> Answer:
    error = {"message": sentence, "extensions": {"code": code, "requestId": request_id}}
    return Answer(status, {"data": None, "errors": [error]})


class _Names(NameConverter):
    """Strawberry spells the names of arguments anew for each request: here each is spelled once."""

    apply_naming_config = staticmethod(lru_cache(maxsize=None)(to_camel_case))


class _Prepared:
    """What is learnt once about the text of a query. Raises Refusal when it cannot be read."""

    def __init__(self, query: str) -> None:
        self.document = _parsed(query)
        self.paged_by_variable = paged_by_variable(self.document)
        self.writes = any(
            isinstance(d, OperationDefinitionNode) and d.operation is OperationType.MUTATION
            for d in self.document.definitions
        )
        self.measured = False  # by the guard, whatever the variables
        self.valid: bool | None = None
        self.plans = Plans(self.document)


@dataclass(slots=True)
class _Carried:
    """The context of the resolvers with the plans of the document."""

    context: Context
    plans: Plans

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)


def _parsed(query: str) -> DocumentNode:
    try:
        return parse(query, no_location=True, max_tokens=MAX_TOKENS)
    except (GraphQLSyntaxError, RecursionError) as problem:
        raise Refusal("SYNTAX", "La requête n'est pas du GraphQL lisible, ou elle est trop longue.") from problem


def _operations(document: DocumentNode) -> list[str]:
    return [d.name.value for d in document.definitions if isinstance(d, OperationDefinitionNode) and d.name]


def _introspects(document: DocumentNode) -> bool:
    return all(
        isinstance(node, FieldNode) and node.name.value in _INTROSPECTION
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        for node in definition.selection_set.selections
    )


if __name__ == "__main__":
    print(GraphQL().schema.as_str())
