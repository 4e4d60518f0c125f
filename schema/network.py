"""The network, the territory and the publications, as the API spells them.

What it answers may leave the screen: a link of one to four young people has no number, nor has a sum that holds one,
and measures are of what is told.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, TypeAlias

import strawberry

from graph import coverage, layers, measures, publication, territory
from graph.errors import NotFound as Missing
from graph.errors import RequestRefused
from graph.layer_words import WORDS
from graph.layers import Layer
from graph.territory import LEVEL_SAID, Level
from resolvers.evaluation import Wanted
from resolvers.network import LayerMap, layer_map
from schema.errors import NotFound, Refused
from schema.pages import PageInfo, cursor, key, page_info
from schema.types import Info, capped, paged
from schema.types import known as reference_of

strawberry.enum(Layer, name="NetworkLayer")
strawberry.enum(Level, name="CoverageLevel")
_PAGE = 50
_STRENGTHS = frozenset({"force-entrante", "force-sortante"})
"""Measures that add up the weights of the links of a node."""


@strawberry.type(description="What a measure says of one organisation.")
class NodeValue:
    node_id: strawberry.ID
    value: float | None = strawberry.field(description="None where it would give back one to four young people.")


@strawberry.type(description="One measure of a network; without a value where there is too little to tell.")
class NetworkMeasure:
    code: strawberry.ID
    title: str
    definition: str
    example: str
    reference: str = strawberry.field(description="Where the measure comes from.")
    value: float | None
    n: int = strawberry.field(description="Organisations or links that it rests on.")
    sentence: str = strawberry.field(description="What it means for this network, in French.")
    limits: str = strawberry.field(description="What it does not say.")
    held: strawberry.Private[Sequence[NodeValue]]

    @strawberry.field(description="Of each organisation, highest first, where the measure has such values.")
    def values(self, first: int = 20) -> list[NodeValue]:
        return list(paged(self.held, first))

    @classmethod
    def of(cls, value: measures.Measure, silent: frozenset[str]) -> "NetworkMeasure":
        """*silent*: nodes of which no sum of weights is told."""
        ranked = sorted((value.of or {}).items(), key=lambda one: (-one[1], one[0]))
        hidden = silent if value.code in _STRENGTHS else frozenset()
        return cls(
            code=strawberry.ID(value.code),
            title=value.title,
            definition=value.definition,
            example=value.example,
            reference=value.reference,
            value=value.value,
            n=value.n,
            sentence=value.sentence,
            limits=value.limits,
            held=[NodeValue(node_id=strawberry.ID(id), value=None if id in hidden else n) for id, n in ranked],
        )


@strawberry.type(description="An organisation, or a site of the Mission Locale, and its place on the map.")
class MapNode:
    id: strawberry.ID
    name: str
    short: str
    kind: str
    domains: list[str]
    commune: str | None
    epci: str | None
    site: bool = strawberry.field(description="Of the Mission Locale.")
    x: float
    y: float

    @classmethod
    def of(cls, node: layers.Node, at: tuple[float, float]) -> "MapNode":
        return cls(
            id=strawberry.ID(node.id),
            name=node.name,
            short=node.short,
            kind=node.kind,
            domains=capped("MapNode.domains", node.domains),
            commune=node.commune,
            epci=node.epci,
            site=node.level == 0,
            x=at[0],
            y=at[1],
        )


@strawberry.type(description="From one to the other where the layer has a direction.")
class MapLink:
    source_id: strawberry.ID
    target_id: strawberry.ID
    weight: int | None = strawberry.field(description="None for one to four young people, of one unit too.")


@strawberry.type
class MapNodeEdge:
    cursor: str
    node: MapNode


@strawberry.type(description="Nodes by id.")
class MapNodeConnection:
    edges: list[MapNodeEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type
class MapLinkEdge:
    cursor: str
    node: MapLink


@strawberry.type(description="Links by source and target.")
class MapLinkConnection:
    edges: list[MapLinkEdge]
    page_info: PageInfo
    total_count: int


@strawberry.type(description="One layer of the network over a period, units folded under their organisation.")
class NetworkMap:
    layer: Layer
    label: str
    definition: str
    finding: str = strawberry.field(description="The sentence that its map says.")
    directed: bool
    first: date
    last: date
    simulated: bool
    held: strawberry.Private[LayerMap]

    @strawberry.field(description="A page of at most 100 nodes.")
    def nodes(self, first: int = _PAGE, after: str | None = None) -> MapNodeConnection:
        nodes, at = self.held.network.nodes, self.held.positions
        page, more = _page([node.id for node in nodes], first, after)
        by_id = self.held.network.by_id
        return MapNodeConnection(
            edges=[MapNodeEdge(cursor=cursor(id), node=MapNode.of(by_id[id], at.get(id, (0.0, 0.0)))) for id in page],
            page_info=page_info(page, more, after),
            total_count=len(nodes),
        )

    @strawberry.field(description="A page of at most 100 links.")
    def links(self, first: int = _PAGE, after: str | None = None) -> MapLinkConnection:
        by_id = {f"{link.source} {link.target}": link for link in self.held.network.links}
        page, more = _page(list(by_id), first, after)
        return MapLinkConnection(
            edges=[
                MapLinkEdge(
                    cursor=cursor(id),
                    node=MapLink(
                        source_id=strawberry.ID(by_id[id].source),
                        target_id=strawberry.ID(by_id[id].target),
                        weight=None if self._hides(by_id[id]) else round(by_id[id].weight),
                    ),
                )
                for id in page
            ],
            page_info=page_info(page, more, after),
            total_count=len(by_id),
        )

    @strawberry.field(
        description="Every measure of the layer, from what is told: a link without weight counts for two."
    )
    def measures(self) -> list[NetworkMeasure]:
        silent = frozenset(end for ends in self.held.untold for end in ends)
        return capped("NetworkMap.measures", (NetworkMeasure.of(one, silent) for one in self.held.measures))

    def _hides(self, link: layers.Link) -> bool:
        return (link.source, link.target) in self.held.untold

    @classmethod
    def of(cls, value: LayerMap) -> "NetworkMap":
        layer, words = value.network.layer, WORDS[value.network.layer]
        return cls(
            layer=layer,
            label=words.label,
            definition=words.definition,
            finding=value.finding,
            directed=value.network.directed,
            first=value.snapshot.first,
            last=value.snapshot.last,
            simulated=value.snapshot.simulated,
            held=value,
        )


@strawberry.type
class NamedPartner:
    id: strawberry.ID
    name: str


@strawberry.type(description="Who takes a young person of that age in that commune, without any other situation.")
class CoverageCell:
    commune: str = strawberry.field(description="INSEE code.")
    person: str = strawberry.field(description="`mineurs` or `majeurs`.")
    level: Level
    text: str
    gap: str | None = strawberry.field(description="Why nobody does.")
    partners: list[NamedPartner]

    @classmethod
    def of(cls, commune: str, person: str, offer: territory.Offer, names: Mapping[str, str]) -> "CoverageCell":
        able = (NamedPartner(id=strawberry.ID(id), name=names[id]) for id in offer.partners)
        return cls(
            commune=commune,
            person=person,
            level=offer.level,
            text=LEVEL_SAID[offer.level],
            gap=None if offer.gap is None else coverage.GAP_SAID[offer.gap],
            partners=capped("CoverageCell.partners", able),
        )


@strawberry.type(description="A need over the communes of the territory: the offer only, never a number of people.")
class NeedCoverage:
    need: strawberry.ID
    label: str
    held: strawberry.Private[Sequence[CoverageCell]]

    @strawberry.field(description="By EPCI, commune, then age: at most 100, from the cell after *skip*.")
    def cells(self, first: int = 20, skip: int = 0) -> list[CoverageCell]:
        return list(paged(self.held[max(0, skip) :], first))


@strawberry.type(description="Told numbers of a row, in the order of the columns; none is a number that is not told.")
class PublishedRow:
    code: strawberry.ID
    name: str
    values: list[int | None]


@strawberry.type(description="A fixed table of a publication.")
class PublishedTable:
    code: strawberry.ID
    title: str
    definition: str
    columns: list[str]
    held: strawberry.Private[publication.PublishedTable]

    @strawberry.field(description="At most 100 rows, from the row after *skip*.")
    def rows(self, first: int = 20, skip: int = 0) -> list[PublishedRow]:
        table = self.held
        return [
            PublishedRow(
                code=strawberry.ID(row),
                name=table.name(row),
                values=capped("PublishedRow.values", (table.value(row, column) for column in table.columns)),
            )
            for row in paged(table.rows[max(0, skip) :], first)
        ]

    @classmethod
    def of(cls, value: publication.PublishedTable) -> "PublishedTable":
        columns = capped("PublishedTable.columns", (value.name(column) for column in value.columns))
        return cls(
            code=strawberry.ID(value.code),
            title=value.title,
            definition=value.definition,
            columns=columns,
            held=value,
        )


@strawberry.type(description="One version of a year, frozen: the only numbers of young people for governance.")
class Publication:
    year: int
    version: int
    made_on: date
    simulated: bool
    held: strawberry.Private[publication.Publication]

    @strawberry.field(description="All tables; ask for the rows of one at a time.")
    def tables(self) -> list[PublishedTable]:
        return capped("Publication.tables", map(PublishedTable.of, self.held.tables))

    @strawberry.field(description="One table by its code.")
    def table(self, code: strawberry.ID) -> PublishedTable | None:
        return next((PublishedTable.of(one) for one in self.held.tables if one.code == code), None)

    @classmethod
    def of(cls, value: publication.Publication) -> "Publication":
        return cls(
            year=value.year,
            version=value.version,
            made_on=value.made_on,
            simulated=value.simulated,
            held=value,
        )


NetworkResult: TypeAlias = Annotated[NetworkMap | Refused, strawberry.union("NetworkResult")]
CoverageResult: TypeAlias = Annotated[NeedCoverage | NotFound | Refused, strawberry.union("CoverageResult")]
PublicationResult: TypeAlias = Annotated[Publication | NotFound, strawberry.union("PublicationResult")]


@strawberry.type
class NetworkQuery:
    @strawberry.field(description="One layer of the network, over a period (this year so far).")
    async def network(
        self,
        info: Info,
        layer: Layer = Layer.SENT,
        from_: Annotated[date | None, strawberry.argument(name="from")] = None,
        to: date | None = None,
    ) -> NetworkResult:
        context = info.context
        directory = await context.directories.current()
        wanted = Wanted(first=from_, last=to)
        found = await layer_map(context.store, directory, reference_of(info), layer, wanted, context.today())
        return NetworkMap.of(found)

    @strawberry.field(description="Who can help with a need, commune by commune.")
    async def coverage(self, info: Info, need: str) -> CoverageResult:
        known, directory = reference_of(info), await info.context.directories.current()
        one = known.needs[known.need(need)]
        names = {str(id): partner.name for id, partner in directory.partners.items()}
        found = territory.offers(directory, known, one, info.context.today())
        order = {commune.insee: place for place, commune in enumerate(territory.served(known))}
        places = sorted(found, key=lambda at: (order[at[0]], at[1]))
        return NeedCoverage(
            need=strawberry.ID(one.code),
            label=one.label,
            held=[CoverageCell.of(commune, person, found[commune, person], names) for commune, person in places],
        )

    @strawberry.field(description="Every version of every year, by year and version.")
    async def publications(self, info: Info, first: int = 20) -> list[Publication]:
        return [Publication.of(one) for one in paged(await info.context.store.publications(), first)]

    @strawberry.field(description="The last version of a year.")
    async def publication(self, info: Info, year: int) -> PublicationResult:
        found = await info.context.store.publication(year)
        if found is None:
            raise Missing("Publication", str(year))
        return Publication.of(found)


def _page(ids: Sequence[str], first: int, after: str | None) -> tuple[list[str], bool]:
    """The ids after the cursor, and whether others follow. Raises RequestRefused for a cursor of something else."""
    start, last = 0, key(after)
    if last is not None:
        if last not in ids:
            raise RequestRefused("Ce curseur de page n'est pas valable.")
        start = ids.index(last) + 1
    page = paged(ids[start:], first)
    return list(page), start + len(page) < len(ids)
