"""From a text to an answer: parsed once, guarded, validated once, executed; a refusal is one error with a code.

Nothing of the query or of its variables is quoted, neither to the client nor to the log.
"""

import logging
import traceback
from collections.abc import Iterator, Mapping
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
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from graph.errors import MaillageError, StoreUnavailable
from resolvers.context import Context
from schema.errors import HANDLERS
from schema.guard import MAX_CHARACTERS, MAX_TOKENS, Guard, Refusal
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
        self.schema = _Schema(query=Query, mutation=Mutation, extensions=[_Prepared], exception_handlers=HANDLERS)
        self.development = development
        self.guard = Guard(self.schema._schema)
        self._rules = [*specified_rules] if development else [*specified_rules, NoSchemaIntrospectionCustomRule]
        self._valid = lru_cache(_CACHED)(self._validated)

    async def answer(
        self,
        query: str,
        variables: Mapping[str, Any] | None,
        operation: str | None,
        context: Context,
        request_id: str,
    ) -> Answer:
        try:
            document = self._prepared(query, variables or {}, operation)
        except Refusal as refusal:
            return refused(400, refusal.code, str(refusal), request_id)
        result = await self.schema.execute(
            query,
            variable_values=dict(variables) if variables else None,
            context_value=_Carried(context, document),
            operation_name=operation,
        )
        if result.errors:
            return self._failed(result.errors, request_id)
        return Answer(200, {"data": result.data})

    def _prepared(self, query: str, variables: Mapping[str, Any], operation: str | None) -> DocumentNode:
        if len(query) > MAX_CHARACTERS:
            raise Refusal("TOO_LONG", f"Une requête compte au plus {MAX_CHARACTERS} caractères.")
        document = _parsed(query)
        if not (self.development and _introspects(document)):
            self.guard.check(document, variables)
        if operation is not None and operation not in _operations(document):
            raise Refusal("NO_OPERATION", "La requête ne contient pas l'opération nommée.")
        if not self._valid(query):
            raise Refusal("INVALID", "La requête ne correspond pas au schéma.")
        return document

    def _validated(self, query: str) -> bool:
        return not validate(self.schema._schema, _parsed(query), self._rules, max_errors=1)

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
            where = "".join(traceback.format_tb(cause.__traceback__))
            log.error("request %s failed: %s\n%s", request_id, type(cause).__name__, where)
        return refused(500, "INTERNAL", "Une erreur inattendue est survenue.", request_id)


def refused(status: int, code: str, sentence: str, request_id: str) -> Answer:
    error = {"message": sentence, "extensions": {"code": code, "requestId": request_id}}
    return Answer(status, {"data": None, "errors": [error]})


@dataclass(slots=True)
class _Carried:
    """The context of the resolvers with the document that has already been parsed."""

    context: Context
    document: DocumentNode

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)


class _Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Strawberry would log the message, which may quote a value; `GraphQL` logs what is safe."""


class _Prepared(SchemaExtension):
    """Hands over the document that was parsed, guarded and validated before."""

    def on_parse(self) -> Iterator[None]:
        self.execution_context.graphql_document = self.execution_context.context.document
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = []
        yield


@lru_cache(_CACHED)
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
