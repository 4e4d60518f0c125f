"""Networks to draw, of any size, made from a seed: a few partners get most of the referrals, as in life."""

import math
import random
from collections import defaultdict
from datetime import date

from visualisations.network_view import LayerView, LinkView, NetworkView, NodeView

DAY = date(2026, 3, 1)
MONTHS = {f"2025-{n:02}": f"{n:02}/2025" for n in range(1, 13)}
DOMAINS = {
    "formation": "Formation",
    "handicap": "Inclusion et handicap",
    "justice": "Jeunes sous main de justice",
    "sante": "Bien-être, prévention et santé",
    "etrangers": "Jeunes ressortissants étrangers",
    "logement": "Logement, hébergement et lutte contre la précarité",
    "iae": "Insertion par l'activité économique",
}
EPCIS = {
    "200041762": "CA Rochefort Océan",
    "241700624": "CC de l'Île-d'Oléron",
    "241700699": "CC du Bassin de Marennes",
}
KINDS = ("Association", "Mission", "Service", "Maison", "Foyer", "Atelier", "Centre", "Relais")
TOWNS = ("Rochefort", "Marennes", "Le Château-d'Oléron", "Tonnay-Charente", "Fouras", "Saint-Agnant")


def network(size: int, *, seed: int = 3, internal: bool = True, months: bool = True) -> NetworkView:
    """*size* nodes: five sites, partners around them, one partner in ten with units folded under it."""
    drawn = random.Random(seed)
    codes, epcis = list(DOMAINS), list(EPCIS)
    nodes = [NodeView(f"site-{n}", f"Site de {TOWNS[n]}", TOWNS[n], "site", site=True) for n in range(5)]
    roots: list[NodeView] = []
    while len(nodes) < size:
        n = len(nodes)
        parent = drawn.choice(roots) if roots and drawn.random() < 0.12 else None
        town = drawn.choice(TOWNS)
        name = f"{drawn.choice(KINDS)} {n} de {town}"
        domains = () if drawn.random() < 0.08 else tuple(drawn.sample(codes, 1 if drawn.random() < 0.85 else 2))
        epci = drawn.choice(epcis) if drawn.random() < 0.7 else None
        node = NodeView(
            f"p{n}", name, "", "unité" if parent else "organisation", domains, parent.id if parent else None,
            town if epci else None, epci, "Associations" if drawn.random() < 0.1 else None,
        )  # fmt: skip
        nodes.append(node)
        if parent is None:
            roots.append(node)
    used = [node for node in nodes[5:] if drawn.random() < 0.7]
    sent = tuple(_links([(drawn.choice(nodes[:5]), node) for node in used for _ in range(2)], drawn, months, 400))
    pairs = [tuple(drawn.sample(used, 2)) for _ in range(len(used) // 2)]
    again = tuple(_links([(a, b) for a, b in pairs], drawn, months, 40))
    layers = (
        LayerView(
            "orientations", "Orientations vers les partenaires",
            "Un trait : des orientations d'un site vers un partenaire.",
            "Dix partenaires reçoivent la moitié des orientations", "orientation", "orientations", True, True, sent,
        ),
        LayerView(
            "reorientations", "Réorientations", "Un trait : des jeunes passés d'un partenaire à un autre.",
            "Un partenaire sur trois passe la main", "réorientation", "réorientations", True, True, again,
        ),
        LayerView(
            "conventions", "Conventions", "Un trait : une convention en vigueur.",
            "Les conventions ne couvrent pas les partenaires les plus sollicités",
            "convention", "conventions", False, False,
            tuple(LinkView(nodes[0].id, node.id, 1) for node in drawn.sample(roots, max(1, len(roots) // 6))),
        ),
    )  # fmt: skip
    return NetworkView(
        made_on=DAY,
        period="Du 1er janvier au 31 décembre 2025",
        internal=internal,
        simulated=True,
        nodes=tuple(nodes),
        layers=layers,
        positions=_positions([node for node in nodes if node.unit_of is None], drawn),
        domains=DOMAINS,
        epcis=EPCIS,
        months=MONTHS if months else {},
        method="Réseau inventé pour l'essai.",
    )


def _links(pairs: list[tuple[NodeView, NodeView]], drawn: random.Random, months: bool, most: int) -> list[LinkView]:
    counted: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for a, b in pairs:
        total = max(1, round(most * drawn.paretovariate(1.1) / 60))
        for _ in range(min(total, most)):
            month = drawn.choice(list(MONTHS))
            counted[a.id, b.id][month] = counted[a.id, b.id].get(month, 0) + 1
    return [LinkView(a, b, sum(by.values()), by if months else {}) for (a, b), by in counted.items() if a != b]


def _positions(nodes: list[NodeView], drawn: random.Random) -> dict[str, tuple[float, float]]:
    """A sunflower with a little noise: even, and as wide as there are nodes."""
    golden = math.pi * (3 - math.sqrt(5))
    return {
        node.id: (
            round(60 * math.sqrt(n + 1) * math.cos(n * golden) + drawn.uniform(-15, 15)),
            round(40 * math.sqrt(n + 1) * math.sin(n * golden) + drawn.uniform(-15, 15)),
        )
        for n, node in enumerate(nodes)
    }
