"""The maps and the publications as pages: an index that says what each one finds, then the map as it leaves.

A map is the same self-contained page that the command writes; the service serves it under the policy that it declares.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from graph.model import PartnerId, PartnerKind
from graph.names import folded
from graph.publication import Publication, PublishedTable, to_csv
from maillage.maps import (
    NETWORK_KINDS,
    TERRITORY_KINDS,
    Kind,
    Recent,
    chosen,
    closing_view,
    layer_of,
    network_file,
    network_view,
    territory_file,
    territory_view,
    year_of,
)
from maillage.page import NO_STORE, refusals, rendered
from resolvers.context import Context
from visualisations.document import policy
from visualisations.network_view import NetworkView

ADDRESS, PUBLICATIONS = "/cartes", "/publications"
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A published table as the page lays it out; "" is a number that is not told."""

    code: str
    title: str
    definition: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, table: PublishedTable) -> "ShownTable":
        return cls(
            table.code,
            table.title,
            table.definition,
            tuple(_capital(table.name(column)) for column in table.columns),
            tuple(
                (_capital(table.name(row)), tuple(_told(table, row, column) for column in table.columns))
                for row in table.rows
            ),
        )


def _told(table: PublishedTable, row: str, column: str) -> str:
    value, share = table.value(row, column), table.percentage(row, column)
    if value is None:
        return ""
    text = f"{value:,}".replace(",", "\u202f")
    return text if share is None else f"{text} ({share} %)"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def map_routes(context: Callable[[], Context], templates: Environment) -> list[BaseRoute]:
    maps = MapPages(context, templates)
    return [
        Route(ADDRESS, maps.index, methods=["GET"]),
        Route(ADDRESS + "/reseau", maps.network, methods=["GET"]),
        Route(ADDRESS + "/reseau.{kind}", maps.network_file, methods=["GET"]),
        Route(ADDRESS + "/territoire", maps.territory, methods=["GET"]),
        Route(ADDRESS + "/territoire.{kind}", maps.territory_file, methods=["GET"]),
        Route(ADDRESS + "/fermeture", maps.closing, methods=["GET"]),
        Route(PUBLICATIONS, maps.publications, methods=["GET"]),
        Route(PUBLICATIONS + "/{year:int}", maps.publication, methods=["GET"]),
        Route(PUBLICATIONS + "/{year:int}.csv", maps.publication_file, methods=["GET"]),
    ]


class MapPages:
    """`_networks`: a network takes seconds to measure and to lay out, and is looked at several times in a row."""

    def __init__(self, context: Callable[[], Context], templates: Environment) -> None:
        self._context, self._templates = context, templates
        self._networks: Recent[NetworkView] = Recent()

    async def index(self, request: HttpRequest) -> Response:
        context = self._context()
        with refusals():
            directory = await context.directories.current()
            known = context.knowledge.reference
            view = await self._network(context, None)
            offer = await territory_view(directory, known, context.today())
            publications = await context.store.publications()
        partners = [
            (str(id), partner.name)
            for id, partner in sorted(directory.partners.items(), key=lambda item: (folded(item[1].name), item[0]))
            if partner.kind is not PartnerKind.SITE
        ]
        return await rendered(
            self._templates,
            context,
            "maps.html",
            here=ADDRESS,
            network=view,
            territory=offer,
            partners=partners,
            years=_years(publications),
            network_kinds=NETWORK_KINDS.values(),
            territory_kinds=TERRITORY_KINDS.values(),
        )

    async def network(self, request: HttpRequest) -> Response:
        from visualisations.network_map import page

        with refusals():
            view = await self._network(self._context(), _year(request))
        return _served(await asyncio.to_thread(page, view, ADDRESS))

    async def network_file(self, request: HttpRequest) -> Response:
        kind = NETWORK_KINDS.get(request.path_params["kind"])
        if kind is None:
            raise HTTPException(404)
        with refusals():
            view = await self._network(self._context(), _year(request))
            layer = layer_of(view, request.query_params.get("couche"))
        content = await asyncio.to_thread(network_file, view, layer, kind.suffix)
        return _sent(content, kind, f"reseau-{layer.code}-{view.made_on}")

    async def territory(self, request: HttpRequest) -> Response:
        from visualisations.territory import page

        context = self._context()
        with refusals():
            directory = await context.directories.current()
            view = await territory_view(directory, context.knowledge.reference, context.today())
        return _served(await asyncio.to_thread(page, view, ADDRESS))

    async def territory_file(self, request: HttpRequest) -> Response:
        kind = TERRITORY_KINDS.get(request.path_params["kind"])
        if kind is None:
            raise HTTPException(404)
        context, asked = self._context(), request.query_params
        known = context.knowledge.reference
        with refusals():
            view = await territory_view(await context.directories.current(), known, context.today())
            need, person = chosen(view, known, asked.get("besoin", ""), asked.get("age", ""))
        content = await asyncio.to_thread(territory_file, view, need, person, kind.suffix)
        return _sent(content, kind, f"territoire-{need.code}-{person.code}-{view.made_on}")

    async def closing(self, request: HttpRequest) -> Response:
        from visualisations.closing import page

        context, partner = self._context(), PartnerId(request.query_params.get("partenaire", ""))
        with refusals():
            view = await closing_view(
                context.store,
                await context.directories.current(),
                context.knowledge.reference,
                partner,
                year_of(_year(request)),
                context.today(),
            )
        return _served(await asyncio.to_thread(page, view, ADDRESS))

    async def publications(self, request: HttpRequest) -> Response:
        context = self._context()
        with refusals():
            found = await context.store.publications()
        return await rendered(
            self._templates, context, "publications.html", here=ADDRESS, publications=list(reversed(found))
        )

    async def publication(self, request: HttpRequest) -> Response:
        context = self._context()
        found = await self._published(context, request)
        tables = [ShownTable.of(table) for table in found.tables]
        return await rendered(
            self._templates, context, "publication.html", here=ADDRESS, publication=found, tables=tables
        )

    async def publication_file(self, request: HttpRequest) -> Response:
        found = await self._published(self._context(), request)
        return _sent(to_csv(found), Kind("csv", "text/csv", ""), f"publication-{found.year}-{found.version}")

    async def _published(self, context: Context, request: HttpRequest) -> Publication:
        with refusals():
            found = await context.store.publication(request.path_params["year"])
        if found is None:
            raise HTTPException(404)
        return found

    async def _network(self, context: Context, year: int | None) -> NetworkView:
        directory = await context.directories.current()
        key = (year, directory.mark, context.today())
        async with self._networks.making:
            held = self._networks.get(key)
            if held is not None:
                return held
            known = context.knowledge.reference
            view = await network_view(context.store, directory, known, year_of(year), context.today())
            return self._networks.keep(key, view)


def _year(request: HttpRequest) -> int | None:
    """Raises HTTPException 400."""
    asked = request.query_params.get("annee", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR):
        raise HTTPException(400)
    return int(asked)


def _years(publications: list[Publication]) -> list[int]:
    """Latest first."""
    return sorted({each.year for each in publications}, reverse=True)


def _served(page: str) -> Response:
    headers = {**NO_STORE, "Content-Security-Policy": f"{policy(page)}; frame-ancestors 'none'"}
    return HTMLResponse(page, headers=headers)


def _sent(content: bytes, kind: Kind, name: str) -> Response:
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}.{kind.suffix}"'}
    return Response(content, media_type=kind.media, headers=headers)
