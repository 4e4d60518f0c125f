"""Every benchmark, one after the other, as the page `README.md` shows it: `make bench > benchmarks/README.md`."""

import asyncio
import os
import platform
import sys
from collections.abc import Callable

from benchmarks import (
    evaluating,
    following,
    graphql_suggest,
    hostile,
    loading,
    maps,
    measures,
    resolution,
    spread,
    start_up,
    suggestion,
)

HEAD = """\
# Benchmarks

`make bench` prints this page; one of them alone: `.venv/bin/python -m benchmarks.graphql_suggest` (`suggestion`,
`spread`, `following`, `evaluating`, `resolution`, `loading`, `start_up`, `hostile`, `measures`, `maps`). Sides are
measured in turn in one run, and a ratio is the median of the ratios of each round. They gate no test.

Measured on {cores} cores, Python {python}, {system}.
"""

ALL: tuple[Callable[[], str], ...] = (
    lambda: asyncio.run(graphql_suggest.main()),
    suggestion.main,
    spread.main,
    lambda: asyncio.run(following.main()),
    lambda: asyncio.run(evaluating.main(whole=True)),
    resolution.main,
    lambda: asyncio.run(loading.main()),
    start_up.main,
    lambda: asyncio.run(hostile.main()),
    lambda: asyncio.run(measures.main()),
    lambda: asyncio.run(maps.main()),
)

if __name__ == "__main__":
    system = f"{platform.system()} {platform.machine()}"
    print(HEAD.format(cores=os.cpu_count(), python=platform.python_version(), system=system))
    for number, benchmark in enumerate(ALL, start=1):
        print(f"{number} of {len(ALL)}…", file=sys.stderr, flush=True)
        print(benchmark(), flush=True)
