import asyncio
from pathlib import Path

import pytest

from tests.application import filled
from tests.attack.published_years import Year, years


@pytest.fixture(scope="package")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(filled(tmp_path_factory.mktemp("packaged") / "packaged.db"))


@pytest.fixture(scope="package")
def few(packaged: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Year]:
    """Six years: of a Mission Locale like the first one, of a small and of a large one."""
    folder = tmp_path_factory.mktemp("years")
    return [
        year
        for seed, youths in ((11, 700), (12, 150), (13, 1_500))
        for year in asyncio.run(years(packaged, folder, seed, youths))
    ]
