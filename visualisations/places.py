"""Where each node of a map stands, units too: the same on the page and in the exports."""

import math
from collections import defaultdict
from statistics import median

from visualisations.network_view import NetworkView, NodeView


def places(view: NetworkView) -> dict[str, tuple[int, int]]:
    """Units that have no place of their own stand in a circle around what they are folded under.

    What has no place at all stands in a row under the picture.
    """
    found = {id: (round(x), round(y)) for id, (x, y) in view.positions.items()}
    gap = spacing(view)
    known = {node.id for node in view.nodes}
    waiting: dict[str, list[NodeView]] = defaultdict(list)
    placeless: list[NodeView] = []
    for node in view.nodes:
        if node.id not in found:
            (waiting[node.unit_of] if node.unit_of in known else placeless).append(node)
    left = min((x for x, _ in found.values()), default=0)
    under = max((y for _, y in found.values()), default=0) + round(2 * gap)
    found |= {node.id: (left + round(number * gap), under) for number, node in enumerate(placeless)}
    while ready := [parent for parent in waiting if parent in found]:
        for parent in ready:
            units = waiting.pop(parent)
            x, y = found[parent]
            radius = max(gap * 0.9, gap * 0.5 * len(units) / math.pi)
            for number, unit in enumerate(units):
                angle = 2 * math.pi * number / len(units) - math.pi / 2
                found[unit.id] = (round(x + radius * math.cos(angle)), round(y + radius * math.sin(angle)))
    if waiting:
        raise ValueError(f"units that hold each other: {sorted(waiting)}")
    return found


def spacing(view: NetworkView) -> float:
    """How far a node usually is from the nearest other one; never nothing."""
    all_points = sorted(view.positions.values())
    nearest: list[float] = []
    for number, (x, y) in enumerate(all_points):
        best = math.inf
        for step in (1, -1):
            other = number + step
            while 0 <= other < len(all_points) and abs(all_points[other][0] - x) < best:
                best = min(best, math.dist((x, y), all_points[other]))
                other += step
        if best < math.inf:
            nearest.append(best)
    return max(median(nearest), 1.0) if nearest else 100.0
