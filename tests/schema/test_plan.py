"""A plan answers exactly what graphql-core answers without it, errors included."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, execute, parse

from schema.plan import Planned, Plans


class Colour(Enum):
    RED = "rouge"
    BLUE = "bleu"


strawberry.enum(Colour)


@strawberry.type
class Leaf:
    id: strawberry.ID
    label: str
    note: str | None
    count: int
    sure: bool
    colour: Colour
    colours: list[Colour]


@strawberry.type
class Branch:
    name: str
    leaf: Leaf
    other: Leaf | None
    leaves: list[Leaf]
    holes: list[Leaf | None] | None

    @strawberry.field
    def said(self, word: str = "oui") -> str:
        return f"{self.name} {word}"


@strawberry.type
class Query:
    branch: Branch
    branches: list[Branch]
    maybe: Branch | None


SCHEMA = strawberry.Schema(query=Query)._schema


def a_leaf(**other: Any) -> Leaf:
    values: dict[str, Any] = {
        "id": strawberry.ID("a"),
        "label": "é « a »",
        "note": None,
        "count": 3,
        "sure": True,
        "colour": Colour.RED,
        "colours": [Colour.BLUE, Colour.RED],
    }
    return Leaf(**{**values, **other})


def a_root(leaf: Leaf | None = None) -> Query:
    branch = Branch(
        name="b", leaf=leaf or a_leaf(), other=leaf, leaves=[a_leaf(), leaf or a_leaf()], holes=[None, leaf]
    )
    return Query(branch=branch, branches=[branch, branch], maybe=None)


@dataclass
class Carrying:
    plans: Plans


LEAF = "id label note count sure colour colours"
DOCUMENTS = [
    f"{{ branch {{ name leaf {{ {LEAF} }} other {{ {LEAF} }} leaves {{ {LEAF} }} holes {{ {LEAF} }} }} }}",
    f'{{ branches {{ said leaves {{ {LEAF} }} said2: said(word: "non") }} maybe {{ name }} }}',
    "{ __typename branch { __typename n: name leaf { __typename l: label m: label } } }",
    "{ branch { leaf { label } leaf { count label } ... on Branch { leaf { note } } } }",
    "{ a: branch { ...f } b: branch { ...f leaf { id } } } fragment f on Branch { leaf { label } leaves { ...g } } "
    "fragment g on Leaf { count ... { sure } }",
    "query($no: Boolean!) { branch { leaf { label @skip(if: $no) id } name @include(if: $no) } }",
]
WRONG = [
    None,
    a_leaf(label=None),
    a_leaf(id=12, label=7, note=8, count="9"),
    a_leaf(label=[]),
    a_leaf(count=2**40),
    a_leaf(count="neuf"),
    a_leaf(sure="oui"),
    a_leaf(colour="vert"),
    a_leaf(colours=None),
    a_leaf(colours=(Colour.RED,)),
    a_leaf(colours="RED"),
    a_leaf(note=RuntimeError("panne")),
    a_leaf(label=strawberry.UNSET),
]


def told(result: ExecutionResult) -> Any:
    return result.data, [(e.message, e.path, type(e.original_error)) for e in result.errors or ()]


@pytest.mark.parametrize("leaf", WRONG)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_with_a_plan_data_and_errors_are_those_of_graphql_core(document: str, leaf: Leaf | None) -> None:
    parsed = parse(document, no_location=True)
    plans = Plans(parsed)
    for no in (True, False, True):
        variables = {"no": no} if "$no" in document else None
        without = execute(SCHEMA, parsed, a_root(leaf), variable_values=variables)
        planned = execute(
            SCHEMA, parsed, a_root(leaf), Carrying(plans), variable_values=variables, executor_class=Planned
        )

        assert isinstance(without, ExecutionResult)
        assert isinstance(planned, ExecutionResult)
        assert told(planned) == told(without)


def test_a_selection_of_attributes_is_read_without_graphql_core(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = parse(DOCUMENTS[0], no_location=True)
    carrying = Carrying(Plans(parsed))
    execute(SCHEMA, parsed, a_root(a_leaf()), carrying, executor_class=Planned)
    fields: list[str] = []

    def counted(self: Any, *arguments: Any) -> Any:
        fields.append(arguments[0].name)
        return executed(self, *arguments)

    executed = Planned.execute_field
    monkeypatch.setattr(Planned, "execute_field", counted)

    result = execute(SCHEMA, parsed, a_root(a_leaf()), carrying, executor_class=Planned)

    assert isinstance(result, ExecutionResult)
    assert result.errors is None
    assert fields == ["Query"]
