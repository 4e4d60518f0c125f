"""A real Chromium on the real command `maillage serve`; skipped in one line where there is none, never with CI=true."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
ABSENT = "Chromium is not installed (Debian, Ubuntu: apt-get install chromium)"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(ABSENT, pytrace=False)
        pytest.skip(ABSENT)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(packaged_file: Path) -> AsyncIterator[str]:
    """Of the page, served by a process of its own."""
    program = Path(sys.executable).with_name("maillage")
    process = await asyncio.create_subprocess_exec(
        program, "serve", "--port", "0", "--store", f"sqlite:{packaged_file}", stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    ready = (await process.stderr.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+/", ready)
    assert found is not None, ready
    yield found[0]
    process.terminate()
    await process.wait()
