"""The README's question, its answer and its diagram are true; `python -m tests.test_readme` writes them anew."""

import asyncio
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from graph.lifecycle import TRANSITIONS
from graph.lifecycle_diagram import diagram
from tests.application import client, filled

README = Path(__file__).parent.parent / "README.md"
QUESTION = re.compile(r"<<'EOF'\n(\{.*?\})\nEOF\n", re.DOTALL)
ANSWER = re.compile(r"```json\n(.*?)```", re.DOTALL)

LIFE = re.compile(r"(?<=<!-- lifecycle -->\n)```mermaid\n(.*?)\n```(?=\n<!-- /lifecycle -->)", re.DOTALL)


def question() -> bytes:
    """As curl sends it: `-d @-` takes the line ends out."""
    found = QUESTION.search(README.read_text(encoding="utf-8"))
    assert found is not None
    return found.group(1).replace("\n", "").encode()


async def answer(file: Path) -> Any:
    async with client(file) as http:
        sent = await http.post("/graphql", content=question(), headers={"Content-Type": "application/json"})
    assert sent.status_code == 200, sent.text
    return sent.json()


async def test_the_readme_tells_the_true_answer(packaged_file: Path) -> None:
    told = ANSWER.search(README.read_text(encoding="utf-8"))

    assert told is not None
    assert json.loads(told.group(1)) == await answer(packaged_file)


def test_the_readme_draws_the_life_of_a_referral_as_the_table_says() -> None:
    drawn = LIFE.findall(README.read_text(encoding="utf-8"))

    assert drawn == [diagram()]
    moves = re.findall(r"^ +([a-z_]+) --> ([a-z_]+)$", diagram(), re.MULTILINE)
    assert moves == [(before, after) for before, targets in TRANSITIONS.items() for after in targets]


async def _written() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fresh = await answer(await filled(Path(folder) / "a.db"))
    text = json.dumps(fresh, ensure_ascii=False, indent=2)
    readme = README.read_text(encoding="utf-8")
    readme = ANSWER.sub(lambda _: f"```json\n{text}\n```", readme, count=1)
    README.write_text(LIFE.sub(lambda _: f"```mermaid\n{diagram()}\n```", readme), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_written())
