"""A recording from the page that breaks between its parts: what stands is said, and the same form ends it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from graph.entry import Entry, Followed
from graph.errors import StoreUnavailable
from graph.follow_store import ReferralFilter
from graph.intake import IntakeId
from graph.model import IdempotencyKey
from graph.sqlite_store import SqliteStore
from loaders.directory import knowledge
from maillage.app import create_app
from tests.application import copied
from tests.maillage.html import Page, words
from tests.maillage.test_referral_pages import confirmation, filled

BROKEN = "Le stockage ne répond pas."


class Faltering(SqliteStore):
    """The write of that number is broken off: before it is made, or once it is, when its answer is lost."""

    breaks, once_made, writes = 0, False, 0

    async def follow(self, entry: Entry, *, key: IdempotencyKey, call: str) -> Followed:
        self.writes += 1
        if self.writes != self.breaks:
            return await super().follow(entry, key=key, call=call)
        if self.once_made:
            await super().follow(entry, key=key, call=call)
        raise StoreUnavailable(BROKEN)


@asynccontextmanager
async def speaking_to(store: SqliteStore) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(store, knowledge()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as opened:
        yield opened
    await store.close()


@pytest.mark.parametrize("once_made", [False, True])
@pytest.mark.parametrize(
    ("breaks", "heading", "said"),
    [
        (1, "L'orientation n'est pas enregistrée", BROKEN),
        (2, "Tout n'est pas enregistré", "Le livret du jeune est enregistré, l'orientation ne l'est pas encore."),
        (3, "Tout n'est pas enregistré", "L'orientation est enregistrée, le co-accompagnement ne l'est pas encore."),
    ],
)
async def test_pressing_again_ends_a_recording_that_was_broken_off(
    packaged_file: Path, tmp_path: Path, breaks: int, heading: str, said: str, once_made: bool
) -> None:
    store = Faltering(copied(packaged_file, tmp_path))
    store.breaks, store.once_made = breaks, once_made
    async with speaking_to(store) as speaking:
        sent = {**filled(await confirmation(speaking)), "team": ["oui"]}

        broken = await speaking.post("/orientations", data=sent)
        told = Page(broken.text)
        again = await speaking.post("/orientations", data=filled(told))

        assert broken.status_code == 503
        assert told.faults == []
        assert words(told.of_class("refused")[0].text).startswith(f"{heading} {said}")
        assert again.status_code == 303, again.text
        page = Page((await speaking.get(again.headers["location"])).text)
        assert page.of_class("warned") == []
        intake = IntakeId(sent["intake"][0])
        referrals, _, _ = await store.referral_page(ReferralFilter(intake=intake), 10, None)
        assert [f"/orientations/{r.id}" for r in referrals] == [again.headers["location"]]
        assert len(await store.cosupports_of(intake)) == 1


async def test_what_stands_already_is_not_warned_about_as_another_referral(packaged_file: Path, tmp_path: Path) -> None:
    store = Faltering(copied(packaged_file, tmp_path))
    store.breaks = 3
    async with speaking_to(store) as speaking:
        sent = {**filled(await confirmation(speaking)), "team": ["oui"]}

        told = Page((await speaking.post("/orientations", data=sent)).text)

        assert told.of_class("warned") == []
        assert [words(e.text) for e in told.all("a") if e["href"].startswith("/orientations/")] == [
            "Voir l'orientation"
        ]
