"""The picture of a network: the same on every machine, readable, with those who work together near each other."""

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.layers import Graph, Layer, Link, Network, Node
from graph.layout import HEIGHT, WIDTH, positions
from tests.graph.networks import graphs, lively, network_of

FROZEN = {40: "3a4f7949796408d6", 200: "1355d531b6b14829", 700: "3864458b1aa38eef"}


def checksum(network: Network) -> str:
    return hashlib.sha256(repr(sorted(positions(network).items())).encode()).hexdigest()[:16]


@pytest.mark.parametrize("size", FROZEN)
def test_the_picture_of_a_network_is_the_one_that_was_frozen(size: int) -> None:
    assert checksum(lively(size)) == FROZEN[size]


@pytest.mark.parametrize("hashed", ["0", "1"])
def test_another_process_with_another_order_of_sets_draws_the_same_picture(hashed: str) -> None:
    code = "from tests.graph.test_layout import checksum, lively\nprint(checksum(lively(200)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": hashed, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == FROZEN[200]


@settings(max_examples=60, deadline=None)
@given(graphs(most=40), st.integers(0, 100))
def test_every_node_has_its_own_room(found: Graph, seed: int) -> None:
    placed = positions(network_of(found, Layer.ALL, Random(seed)))

    assert placed.keys() == set(found)
    for (x, y), (p, q) in combinations(placed.values(), 2):
        assert abs(x - p) >= WIDTH or abs(y - q) >= HEIGHT


@pytest.mark.parametrize("size", [200, 1_000])
def test_the_sites_stand_in_the_middle_and_partners_near_those_they_work_with(size: int) -> None:
    network = lively(size)
    placed = positions(network)
    far = {node.id: abs(placed[node.id][0]) + abs(placed[node.id][1]) for node in network.nodes}
    linked = [(link.source, link.target) for link in network.links if not {"s"} & {link.source[0], link.target[0]}]
    drawn = Random(1)
    any_two = [tuple(drawn.sample(sorted(placed), 2)) for _ in range(2_000)]

    assert max(far[node.id] for node in network.nodes if not node.level) < mean(far.values())
    assert mean(apart(placed, a, b) for a, b in linked) < 0.9 * mean(apart(placed, a, b) for a, b in any_two)


def test_two_groups_that_do_not_work_together_stand_apart() -> None:
    nodes = tuple(Node(f"{g}{k}", f"{g}{k}", f"{g}{k}", "organisation") for g in "ab" for k in range(12))
    links = tuple(Link(f"{g}{j}", f"{g}{k}", 5) for g in "ab" for j in range(12) for k in range(12) if f"{j}" < f"{k}")
    placed = positions(Network(Layer.SUPPORT, False, tuple(sorted(nodes, key=lambda n: n.id)), tuple(links)))
    within = [apart(placed, a, b) for a, b in combinations(placed, 2) if a[0] == b[0]]
    between = [apart(placed, a, b) for a, b in combinations(placed, 2) if a[0] != b[0]]

    assert mean(within) < 0.75 * mean(between)


def apart(placed: Mapping[str, tuple[int, int]], a: str, b: str) -> float:
    return float(((placed[a][0] - placed[b][0]) ** 2 + (placed[a][1] - placed[b][1]) ** 2) ** 0.5)
