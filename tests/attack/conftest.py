from pathlib import Path

import pytest
import pytest_asyncio

from tests.attack.published_years import Year, years


@pytest_asyncio.fixture(scope="package")
async def few(packaged_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Year]:
    """Six years: of a Mission Locale like the first one, of a small and of a large one."""
    folder = tmp_path_factory.mktemp("years")
    return [
        year
        for seed, youths in ((11, 700), (12, 150), (13, 1_500))
        for year in await years(packaged_file, folder, seed, youths)
    ]
