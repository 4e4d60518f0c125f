"""`suggest` through GraphQL beside a bare Starlette handler that runs the same suggestion and answers the same bytes.

In process the applications are called as ASGI, without a client or a server whose cost would hide the difference;
on loopback they are served by uvicorn in a process of its own and asked by one client over one kept connection.
"""

import asyncio
import gc
import http.client
import multiprocessing
import socket
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

import loaders.decisions
import loaders.lists
from benchmarks.rounds import Rounds, Side, interleaved, ms, table, times
from graph.directory import Directory
from graph.lifecycle import PARIS
from graph.model import IdempotencyKey, NeedCode, Partner
from graph.reasons import Reason
from graph.sqlite_store import SqliteStore
from graph.suggestion import Suggestion, suggest
from loaders.directory import knowledge
from loaders.reference import reference
from maillage.app import create_app
from maillage.loading import load
from resolvers.context import Directories

QUERY = """
query($request: RequestInput!) { suggest(request: $request) { ... on Suggestion {
  eligible excludedTotal
  safety { number text }
  suggestions { rank score needs { code } reasons { code text }
    partner { id name } service { id name origin toConfirm internal note } }
  team { optimal lead { id } members { partner { id name } needs { code } alternatives { name } } }
  uncovered { code } relaxations { text }
  excluded(first: 20) { partner { name } service { name } reasons { text } }
} } }
"""
"""All that the page shows."""

ASKED = {
    "an adult, three needs": {
        "age": 19,
        "commune": "17299",
        "needs": ["acces-logement", "aide-alimentaire", "permis"],
        "situations": ["non-mobile"],
    },
    "a minor in danger, two needs": {
        "age": 17,
        "commune": "17299",
        "needs": ["crise-suicidaire", "aide-alimentaire"],
    },
}


def body(asked: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"query": QUERY, "variables": {"request": asked}})


class Bare:
    """The floor: one route, the directory in memory, dictionaries written out by hand.

    *fresh*: the store is asked each time whether it changed, as the service does.
    """

    def __init__(self, directory: Directory, fresh: Directories | None = None) -> None:
        self.directory = directory
        self.fresh = fresh
        self.app = Starlette(routes=[Route("/graphql", self.post, methods=["POST"])])

    async def post(self, request: Request) -> Response:
        asked = orjson.loads(await request.body())["variables"]["request"]
        checked = reference().request(**asked)
        if self.fresh is not None:
            self.directory = await self.fresh.current()
        found = suggest(checked, self.directory, reference(), datetime.now(PARIS).date())
        answer = {"data": {"suggest": self.shown(found)}}
        return Response(orjson.dumps(answer), media_type="application/json")

    def shown(self, found: Suggestion) -> dict[str, Any]:
        partners, services = self.directory.partners, self.directory.services
        instead = {a.member: a.partners for a in found.team.alternatives}
        return {
            "eligible": found.eligible,
            "excludedTotal": len(found.excluded),
            "safety": [{"number": n.number, "text": n.text} for n in found.safety],
            "suggestions": [
                {
                    "rank": s.rank,
                    "score": s.score,
                    "needs": _codes(s.needs),
                    "reasons": [{"code": str(r.code), "text": r.text} for r in s.reasons],
                    "partner": _named(s.partner),
                    "service": {
                        "id": s.service.id,
                        "name": s.service.name,
                        "origin": s.service.origin.name,
                        "toConfirm": s.service.to_confirm,
                        "internal": s.service.internal,
                        "note": s.service.note,
                    },
                }
                for s in found.suggestions
            ],
            "team": {
                "optimal": found.team.optimal,
                "lead": None if found.team.lead is None else {"id": found.team.lead},
                "members": [
                    {
                        "partner": _named(partners[m.partner]),
                        "needs": _codes(m.needs),
                        "alternatives": [{"name": partners[id].name} for id in instead.get(m.partner, ())[:3]],
                    }
                    for m in found.team.members
                ],
            },
            "uncovered": _codes(found.uncovered),
            "relaxations": [{"text": r.text} for r in found.relaxations],
            "excluded": [
                {
                    "partner": {"name": partners[e.partner].name},
                    "service": {"name": services[e.service].name},
                    "reasons": _texts(e.reasons),
                }
                for e in found.excluded[:20]
            ],
        }


def _named(partner: Partner) -> dict[str, str]:
    return {"id": partner.id, "name": partner.name}


def _codes(needs: tuple[NeedCode, ...]) -> list[dict[str, str]]:
    return [{"code": n} for n in needs]


def _texts(reasons: tuple[Reason, ...]) -> list[dict[str, str]]:
    return [{"text": r.text} for r in reasons]


class ReadyMade:
    """Reads the request and answers bytes that were made beforehand."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.app = Starlette(routes=[Route("/graphql", self.post, methods=["POST"])])

    async def post(self, request: Request) -> Response:
        await request.body()
        return Response(self.answer, media_type="application/json")


async def answered(app: ASGIApp, content: bytes) -> bytes:
    status, answer = await requested(app, content)
    if status != 200:
        raise RuntimeError(answer.decode())
    return answer


async def requested(app: ASGIApp, content: bytes) -> tuple[int, bytes]:
    """Status and body of what *app* answers to a POST, called as a server would."""
    sent: list[Message] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message["body"] for message in sent[1:])


async def filled(path: Path) -> SqliteStore:
    """A store with the packaged lists in it."""
    store = SqliteStore(path)
    await load(store, loaders.lists.packaged(), loaders.decisions.packaged(), key=IdempotencyKey("filled"))
    return store


async def apps(store: SqliteStore, content: bytes) -> dict[str, ASGIApp]:
    """The sides, checked to answer the same bytes."""
    directory = await store.directory()
    through = create_app(store, knowledge())
    made = await answered(through, content)
    sides: dict[str, ASGIApp] = {
        "GraphQL": through,
        "bare": Bare(directory).app,
        "bare, asking the store if it changed": Bare(directory, Directories(store)).app,
        "ready-made": ReadyMade(made).app,
    }
    for name, app in sides.items():
        if await answered(app, content) != made:
            raise AssertionError(f"{name} answers other bytes")
    return sides


async def in_process(store: SqliteStore, content: bytes, rounds: int, calls: int) -> Rounds:
    def side(app: ASGIApp) -> Side:
        return lambda: answered(app, content)

    sides = {name: side(app) for name, app in (await apps(store, content)).items()}
    return await interleaved(sides, rounds=rounds, calls=calls)


def serve(path: Path, content: bytes, listening: list[socket.socket]) -> None:
    """One server for each side, in this process, as `maillage serve` sets it up."""

    async def run() -> None:
        gc.set_threshold(50_000)
        sides = await apps(SqliteStore(path), content)
        configs = [
            uvicorn.Config(app, log_level="error", access_log=False, lifespan="off", server_header=False)
            for app in sides.values()
        ]
        served = zip(configs, listening, strict=True)
        await asyncio.gather(*(uvicorn.Server(config).serve(sockets=[one]) for config, one in served))

    asyncio.run(run())


async def on_loopback(path: Path, content: bytes, names: list[str], rounds: int, calls: int) -> Rounds:
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    process = multiprocessing.get_context("fork").Process(target=serve, args=(path, content, listening))
    process.start()
    try:
        connections = [http.client.HTTPConnection("127.0.0.1", one.getsockname()[1]) for one in listening]

        def side(connection: http.client.HTTPConnection) -> Side:
            async def ask() -> bytes:
                connection.request("POST", "/graphql", content, {"Content-Type": "application/json"})
                return connection.getresponse().read()

            return ask

        sides = {name: side(connection) for name, connection in zip(names, connections, strict=True)}
        if len({await ask() for ask in sides.values()}) != 1:
            raise AssertionError("the sides answer different bytes")
        return await interleaved(sides, rounds=rounds, calls=calls)
    finally:
        process.terminate()
        process.join()


async def main(rounds: int = 15, calls: int = 60) -> str:
    gc.set_threshold(50_000)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "packaged.db"
        store = await filled(path)
        names = ["GraphQL", "bare", "bare, asking the store if it changed", "ready-made"]
        for label, asked in ASKED.items():
            content = body(asked)
            for where, found in (
                ("in process", await in_process(store, content, rounds, calls)),
                ("uvicorn on loopback", await on_loopback(path, content, names, rounds, calls)),
            ):
                rows.append(
                    [
                        f"{label}, {where}",
                        *(ms(found.seconds(name)) for name in names),
                        *(times(found.ratio("GraphQL", name)) for name in names[1:]),
                    ]
                )
        await store.close()
    head = ["p50, one client", *names, "to bare", "to bare that asks", "to ready-made"]
    return table("`suggest` through GraphQL", head, rows)


if __name__ == "__main__":
    print(asyncio.run(main()))
