"""The folder of a governance meeting, written by the command and read as those who receive it would."""

import json
import re
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import networkx as nx
import pytest
import pytest_asyncio

from graph.sqlite_store import SqliteStore
from loaders.reference import reference
from maillage.simulating import simulate
from resolvers.context import today
from resolvers.publications import published
from tests.application import copied
from tests.maillage.commands import maillage
from tests.maillage.html import Page

PAGES = ("index.html", "methode.html", "preuves.html", "reseau.html", "territoire.html")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def year_file(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two simulated years, both published."""
    path = copied(packaged_file, tmp_path_factory.mktemp("pack"))
    store = SqliteStore(path)
    await simulate(store, year=2025, seed=11)
    for year in (2024, 2025):
        await published(store, reference(), year, today())
    await store.close()
    return path


@pytest.fixture(scope="module")
def folder(year_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("folder") / "dossier"
    ran = maillage("pack", "--year", "2025", out, store=year_file)
    assert ran.code == 0, ran.err
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_year_that_is_not_published_is_refused_and_nothing_is_published(year_file: Path, tmp_path: Path) -> None:
    ran = maillage("pack", "--year", "2023", tmp_path / "out", store=year_file)

    assert ran.code == 1
    assert "maillage publish --year 2023" in ran.err
    assert not (tmp_path / "out").exists()
    with sqlite3.connect(year_file) as file:
        assert [row[0] for row in file.execute("SELECT DISTINCT year FROM publication ORDER BY year")] == [2024, 2025]


def test_a_year_is_asked_for(year_file: Path, tmp_path: Path) -> None:
    assert maillage("pack", tmp_path / "out", store=year_file).code == 2
    assert maillage("pack", "--year", "2025", store=year_file).code == 2


def test_a_folder_that_cannot_be_written_is_said(year_file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    ran = maillage("pack", "--year", "2025", tmp_path / "file" / "out", store=year_file)

    assert ran.code == 1
    assert "ne peut pas être écrit" in ran.err


def test_json_names_every_file(folder: Path, year_file: Path, tmp_path: Path) -> None:
    said = maillage("pack", "--year", "2025", tmp_path / "out", "--json", store=year_file).json

    assert {one["file"]: one["bytes"] for one in said["files"]} == {k: len(v) for k, v in contents(folder).items()}


def test_the_same_publication_gives_the_same_bytes(folder: Path, year_file: Path, tmp_path: Path) -> None:
    maillage("pack", "--year", "2025", tmp_path / "again", store=year_file)

    assert contents(tmp_path / "again") == contents(folder)


def test_without_any_young_person_left_the_folder_is_the_same(folder: Path, year_file: Path, tmp_path: Path) -> None:
    """So nothing of a person is in it that the publication does not tell."""
    emptied = copied(year_file, tmp_path)
    with sqlite3.connect(emptied) as file:
        file.execute("PRAGMA foreign_keys = OFF")
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        personal = [t for t in tables if re.search("intake|referral|support|event|edge|unmet|meeting", t)]
        assert {"intake", "referral"} <= set(personal)
        for name in ("intake", "referral"):
            assert file.execute(f"SELECT count(*) FROM {name}").fetchone()[0] > 1000  # noqa: S608
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {trigger}")
        for name in personal:
            file.execute(f"DELETE FROM {name}")  # noqa: S608

    ran = maillage("pack", "--year", "2025", tmp_path / "out", store=emptied)

    assert ran.code == 0, ran.err
    assert contents(tmp_path / "out") == contents(folder)


def test_no_pseudonym_is_in_any_file(folder: Path, year_file: Path) -> None:
    with sqlite3.connect(year_file) as file:
        ids = [id.encode() for (id,) in file.execute("SELECT id FROM intake UNION SELECT id FROM referral")]
    everything = b"\n".join(plain(name, content) for name, content in contents(folder).items())

    assert len(ids) > 2000
    assert not [id for id in ids if id in everything]


def plain(name: str, content: bytes) -> bytes:
    """With what a PDF compresses beside it."""
    if not name.endswith(".pdf"):
        return content
    inside = [content]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            inside.append(zlib.decompress(found[1]))
        except zlib.error:
            inside.append(found[1])
    return b"\n".join(inside)


def test_every_link_leads_to_a_file_and_a_place_in_it(folder: Path) -> None:
    pages = {name: Page((folder / name).read_text(encoding="utf-8")) for name in PAGES}

    for name, page in pages.items():
        if name != "reseau.html":  # whose script makes what it names
            assert page.faults == [], name
        for link in page.all("a"):
            target, _, anchor = unquote(link["href"]).partition("#")
            assert (folder / (target or name)).is_file(), link["href"]
            if anchor:
                assert anchor in {e.attributes.get("id") for e in pages[target or name].elements}, link["href"]
    linked = {link["href"].partition("#")[0] for page in pages.values() for link in page.all("a")}
    assert set(contents(folder)) <= linked


def test_every_number_that_is_said_leads_to_its_definition(folder: Path) -> None:
    page = Page((folder / "index.html").read_text(encoding="utf-8"))

    numbers = [*page.of_class("big"), *page.of_class("mid")]
    assert len(page.of_class("big")) == 6
    assert len(numbers) > 12
    assert all(one.tag == "a" and one["href"].startswith("methode.html#") for one in numbers)


def test_a_simulated_year_says_so_in_every_file(folder: Path) -> None:
    for name, content in contents(folder).items():
        if name.endswith((".html", ".csv", ".svg")):
            assert "simulé" in content.decode("utf-8-sig"), name
    assert json.loads((folder / "exports/publication.json").read_bytes())["simulated"] is True
    assert nx.read_graphml(folder / "exports/reseau.graphml").graph["simule"] is True
    assert "simulées" in (folder / "exports/reseau.gexf").read_text(encoding="utf-8")


def test_no_link_under_the_threshold_is_drawn_or_exported(folder: Path) -> None:
    page = (folder / "reseau.html").read_text(encoding="utf-8")
    data = json.loads(page.partition('id="donnees">')[2].partition("</script>")[0])
    people = {n for n, layer in enumerate(data["layers"]) if layer["people"]}
    layer, weight = (column(data["edges"], name) for name in ("layer", "weight"))
    weights = [w for n, w in zip(layer, weight, strict=True) if n in people]
    graph = nx.read_graphml(folder / "exports/reseau.graphml")
    told = {cell for cells in tables(folder) for cell in cells}

    assert len(weights) > 20
    assert {w for w in weights if w < 10 or w % 5} == set()
    assert set(weights) <= told
    assert {int(link["weight"]) for _, _, link in graph.edges(data=True)} <= told
    assert not data["internal"]
    assert data["months"] == []


def column(rows: dict[str, Any], name: str) -> list[int]:
    """Of the rows as the page spells them: what is the same in each is said once."""
    return [rows["same"][name]] * rows["n"] if name in rows["same"] else rows["each"][name]


def tables(folder: Path) -> Iterator[list[int]]:
    for table in json.loads((folder / "exports/publication.json").read_bytes())["tables"]:
        yield from ([cell for cell in row if cell is not None] for row in table["cells"])


def test_pictures_carry_nothing_but_themselves(folder: Path) -> None:
    for name in ("reseau.png", "territoire.png"):
        kinds = [kind for kind, _ in chunks((folder / "exports" / name).read_bytes())]
        assert set(kinds) <= {b"IHDR", b"pHYs", b"IDAT", b"IEND", b"tEXt", b"iTXt"}, name
        texts = [body for kind, body in chunks((folder / "exports" / name).read_bytes()) if kind in {b"tEXt", b"iTXt"}]
        assert all(text.startswith(b"Title\0") for text in texts), name


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    read = BytesIO(png[8:])
    while header := read.read(8):
        length, kind = struct.unpack(">I4s", header)
        yield kind, read.read(length)
        read.read(4)


def test_the_report_is_a_tagged_french_pdf_of_a_few_a4_pages(folder: Path) -> None:
    content = plain("rapport.pdf", (folder / "rapport.pdf").read_bytes())

    assert content.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in content
    assert re.search(rb"/Lang ?\(fr\)", content)
    assert re.search(rb"/Alt ?[(<]", content)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert 3 <= len(boxes) <= 8
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
    assert b"http" not in re.sub(rb"http://(www\.w3\.org|ns\.adobe\.com|purl\.org|www\.aiim\.org)", b"", content)


def test_nothing_in_the_folder_names_this_machine(folder: Path, year_file: Path) -> None:
    for name, content in contents(folder).items():
        for place in (str(folder), str(year_file.parent), str(Path.cwd())):
            assert place.encode() not in plain(name, content), name
