"""What a document may ask before anything is spent on it: linear, memoised, independent of how fragments are reused.

Strawberry's `QueryDepthLimiter` and `MaxAliasesLimiter` walk a fragment again at each spread: time doubles with each
level of reuse. Here every fragment is measured once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NullValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    visit,
)

SATURATED = 10**9
MAX_DEPTH = 8
MAX_COST = 2_000
MAX_ALIASES = 15
MAX_DIRECTIVES = 10
MAX_FRAGMENTS = 15
MAX_TOKENS = 1_000
MAX_CHARACTERS = 15_000
PAGE_ARGUMENTS = ("first", "last", "limit")
LIST_CAP = 100

CAPS: Mapping[str, int] = {
    "Suggestion.suggestions": 20,
    "Suggestion.excluded": 50,
    "Suggestion.uncovered": 20,
    "Suggestion.relaxations": 60,
    "Suggestion.safety": 10,
    "Suggested.needs": 20,
    "Suggested.reasons": 8,
    "Excluded.reasons": 9,
    "Team.members": 20,
    "Member.needs": 20,
    "Member.alternatives": 3,
    "Partner.domains": 7,
    "Partner.seats": 5,
    "Service.needs": 20,
    "Service.mainNeeds": 20,
    "Service.modes": 3,
    "Service.access": 3,
    "Service.sectors": 14,
    "Service.territories": 50,
    "Service.places": 50,
    "Conditions.required": 5,
    "Conditions.preferred": 20,
    "Conditions.excluded": 20,
    "AnyOf.anyOf": 20,
    "Mention.candidateIds": 5,
    "Refused.nearest": 3,
    "Decision.names": 10,
    "Intake.needs": 20,
    "Intake.situations": 20,
    "Intake.sectors": 14,
    "Referral.needs": 20,
    "Referral.outcomes": 21,
    "Referral.allowed": 9,
    "ReferralEvent.outcomes": 21,
    "Referred.duplicates": 5,
    "ReferralChain.referrals": 20,
    "Proposals.proposals": 20,
    "IllegalMove.allowed": 9,
    "WorkConnection.groups": 4,
    "Plan.open": 30,
    "Plan.ended": 30,
    "Plan.alone": 20,
    "Plan.coSupports": 10,
    "CoSupport.members": 30,
    "CoSupport.meetings": 50,
    "SeenCoSupport.members": 30,
    "SeenCoSupport.meetings": 50,
    "ProposedCoSupport.members": 20,
    "Meeting.presentIds": 30,
    "Agreement.partnerIds": 50,
    "About.values": 2,
    "Finding.about": 6,
    "MeasureTable.columns": 20,
    "MeasureRow.cells": 20,
    "Evaluation.tables": 24,
    "NetworkMap.measures": 24,
    "MapNode.domains": 7,
    "CoverageCell.partners": 20,
    "Publication.tables": 20,
    "PublishedTable.columns": 20,
    "PublishedRow.values": 20,
}
"""Most items of a list that takes no page argument, where it is below `LIST_CAP`; `schema.types.capped` keeps it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Of one selection set; sums saturate at 10^9."""

    depth: int = 0
    cost: int = 0
    aliases: int = 0
    directives: int = 0

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(
            max(self.depth, other.depth),
            min(SATURATED, self.cost + other.cost),
            min(SATURATED, self.aliases + other.aliases),
            min(SATURATED, self.directives + other.directives),
        )


NOTHING = Measure()


class Refusal(Exception):
    """The document is not run; `code` says which rule, nothing of the document is quoted."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Guard:
    """Measures documents of one schema; the table of caps is made once, from that schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self.caps = list_caps(schema)

    def check(self, document: DocumentNode, variables: Mapping[str, object]) -> None:
        """Raises Refusal above any bound."""
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        if len(operations) != 1:
            raise Refusal("ONE_OPERATION", "Une requête contient une opération, et une seule.")
        declared = sum(isinstance(d, FragmentDefinitionNode) for d in document.definitions)
        if declared > MAX_FRAGMENTS:
            raise Refusal("TOO_MANY_FRAGMENTS", f"Une requête contient au plus {MAX_FRAGMENTS} fragments.")
        operation = operations[0]
        if operation.operation is OperationType.MUTATION and not _one_field(operation.selection_set):
            raise Refusal("ONE_WRITE", "Une requête écrit une chose à la fois.")
        root = self._schema.get_root_type(operation.operation)
        defaults = {
            d.variable.name.value: d.default_value
            for d in operation.variable_definitions or ()
            if d.default_value is not None
        }
        walk = _Walk(self._schema, self.caps, fragments, {**defaults, **variables})
        total = walk.selection(operation.selection_set, root, frozenset()) + walk.directives(operation.directives)
        for fragment in fragments.values():
            total += walk.directives(fragment.directives)
        for measured, bound, code, sentence in (
            (total.depth, MAX_DEPTH, "TOO_DEEP", "La requête est trop profonde"),
            (total.cost, MAX_COST, "TOO_COSTLY", "La requête demande trop d'éléments"),
            (total.aliases, MAX_ALIASES, "TOO_MANY_ALIASES", "La requête contient trop d'alias"),
            (total.directives, MAX_DIRECTIVES, "TOO_MANY_DIRECTIVES", "La requête contient trop de directives"),
        ):
            if measured > bound:
                raise Refusal(code, f"{sentence} (au plus {bound}).")


def _one_field(selections: SelectionSetNode) -> bool:
    """Writes are dear, and those before a refused one would stay: each is asked for alone, without a fragment."""
    return len(selections.selections) == 1 and isinstance(selections.selections[0], FieldNode)


class _Walk:
    def __init__(
        self,
        schema: GraphQLSchema,
        caps: Mapping[str, int],
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, object],
    ) -> None:
        self.schema = schema
        self.caps = caps
        self.fragments = fragments
        self.variables = variables
        self.measured: dict[str, Measure] = {}

    def selection(
        self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None, open_: frozenset[str]
    ) -> Measure:
        total = NOTHING
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                total += self.field(node, parent, open_)
            elif isinstance(node, InlineFragmentNode):
                inner = self.schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                total += self.selection(node.selection_set, inner, open_) + self.directives(node.directives)
            elif isinstance(node, FragmentSpreadNode):
                total += self.spread(node.name.value, open_) + self.directives(node.directives)
        return total

    def spread(self, name: str, open_: frozenset[str]) -> Measure:
        """Unknown fragments and cycles count nothing here: the standard rules report them."""
        if name in open_ or name not in self.fragments:
            return NOTHING
        if name not in self.measured:
            fragment = self.fragments[name]
            on = self.schema.get_type(fragment.type_condition.name.value)
            self.measured[name] = self.selection(fragment.selection_set, on, open_ | {name})
        return self.measured[name]

    def field(self, node: FieldNode, parent: GraphQLNamedType | None, open_: frozenset[str]) -> Measure:
        type_ = self.type_of(parent, node.name.value)
        named = get_named_type(type_) if type_ is not None else None
        children = self.selection(node.selection_set, named, open_)
        times = self.times(node, parent, type_)
        own = Measure(
            depth=1 + children.depth,
            cost=min(SATURATED, 1 + times * children.cost),
            aliases=(node.alias is not None) + children.aliases,
            directives=children.directives,
        )
        return own + self.directives(node.directives)

    def times(self, node: FieldNode, parent: GraphQLNamedType | None, type_: GraphQLOutputType | None) -> int:
        """How many children the field may have: its page argument, given or by default, its list's cap, or 1."""
        given = [self.integer(a.value) for a in node.arguments or () if a.name.value in PAGE_ARGUMENTS]
        if given:
            return max(1, *given)
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) and node.name.value in parent.fields:
            declared = parent.fields[node.name.value].args
            pages = [declared[name].default_value for name in PAGE_ARGUMENTS if name in declared]
            if pages:
                return max(1, *(page if isinstance(page, int) else LIST_CAP for page in pages))
        if parent is None or type_ is None or not isinstance(get_nullable_type(type_), GraphQLList):
            return 1
        return self.caps.get(f"{parent.name}.{node.name.value}", LIST_CAP)

    def integer(self, value: object) -> int:
        """Of a literal or a variable; what is not an integer costs everything, so that no trick makes it cheap."""
        if isinstance(value, VariableNode):
            value = self.variables.get(value.name.value)
        if value is None or isinstance(value, NullValueNode):
            return LIST_CAP
        if isinstance(value, IntValueNode):
            return min(SATURATED, abs(int(value.value))) if len(value.value) <= 10 else SATURATED
        if isinstance(value, int) and not isinstance(value, bool):
            return min(SATURATED, abs(value))
        return SATURATED

    def type_of(self, parent: GraphQLNamedType | None, field: str) -> GraphQLOutputType | None:
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) or field not in parent.fields:
            return None
        found: GraphQLOutputType = parent.fields[field].type
        return found

    def directives(self, nodes: tuple[DirectiveNode, ...] | None) -> Measure:
        return Measure(directives=len(nodes or ()))


def paged_by_variable(document: DocumentNode) -> bool:
    """Whether a page argument is a variable: only then does what the document costs depend on its variables."""
    found = _PageVariables()
    visit(document, found)
    return found.any


class _PageVariables(Visitor):
    any = False

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        self.any |= node.name.value in PAGE_ARGUMENTS and isinstance(node.value, VariableNode)


def list_caps(schema: GraphQLSchema) -> dict[str, int]:
    """`Type.field` → most items, for every list of the schema."""
    caps: dict[str, int] = {}
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for field_name, field in type_.fields.items():
            if isinstance(get_nullable_type(field.type), GraphQLList):
                key = f"{name}.{field_name}"
                paged = field_name == "edges" and name.endswith("Connection")  # `first` above has multiplied already
                caps[key] = 1 if paged else CAPS.get(key, LIST_CAP)
    return caps
