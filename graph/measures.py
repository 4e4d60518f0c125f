"""What the measures of a network say, in French: its number, what it means for this network, what it does not say.

A measure speaks only where it can be trusted: below a number of organisations or links, and where the layer decides
the answer by itself, its `value` is None and its sentence says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from statistics import median

from graph import groups
from graph import network as measured
from graph.disclosure import decimal, percent
from graph.layer_words import CAVEATS, WORDS
from graph.layers import Graph, Layer, Network, graph_of
from graph.measure_definitions import DEFINITIONS
from graph.wording import listed

LEAST_NODES = 5
LEAST_LINKS = 5
LEAST_GROUPED = 10
"""Organisations below which groups are not looked for."""
LARGEST = 2_000
"""Organisations above which measures that walk every path are not computed, betweenness aside, which is estimated."""
_CENTRED = frozenset({Layer.BOARD, Layer.AGREEMENT})
_ONE_WAY = frozenset({Layer.SENT, Layer.RECEIVED, Layer.BOARD})
_BETWEEN_SITES = frozenset({Layer.SENT, Layer.RECEIVED})
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """`value` is None, and `of` too, where the number is not to be trusted. `n`: organisations or links it rests on.

    `of`: by node, where the measure has a value for each.
    """

    code: str
    title: str
    definition: str
    example: str
    reference: str
    value: float | None
    n: int
    of: Mapping[str, float] | None
    sentence: str
    limits: str


_DIRECTED_ONLY = frozenset({"degre-sortant", "force-sortante"})


def measures(network: Network) -> tuple[Measure, ...]:
    """Every measure of *network*, in the order of `DEFINITIONS`.

    What only a direction tells apart is given once where there is none.
    """
    seen = _Seen(network)
    return tuple(seen.measure(code) for code in DEFINITIONS if seen.network.directed or code not in _DIRECTED_ONLY)


@dataclass(frozen=True, slots=True)
class _Told:
    value: float | None
    n: int
    of: Mapping[str, float] | None
    sentence: str


class _Seen:
    """One network while it is measured: what several measures need is computed once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.n = len(network.nodes)
        self.domains = {node.id: node.domains for node in network.nodes if node.domains and node.level}
        self.words = WORDS[network.layer]

    @cached_property
    def graph(self) -> Graph:
        return graph_of(self.network)

    @cached_property
    def groups(self) -> list[frozenset[str]]:
        return groups.communities(self.graph)

    @cached_property
    def clear(self) -> bool:
        """Whether there is more inside the groups than in any of those of networks linked at random."""
        found = groups.modularity(self.graph, self.groups)
        return len(self.groups) > 1 and found is not None and found > groups.modularity_by_chance(self.graph) + 0.01

    def measure(self, code: str) -> Measure:
        d = DEFINITIONS[code]
        told = self._silent(code) or _TELL[code](self)
        limits = f"{d.limits} {CAVEATS[self.network.layer]}".strip()
        return Measure(
            code,
            d.title,
            d.definition,
            d.example,
            d.reference,
            told.value,
            told.n,
            told.of,
            told.sentence[:1].upper() + told.sentence[1:],
            limits,
        )

    def _silent(self, code: str) -> _Told | None:
        """Why there is no number, when there is none."""
        layer = self.network.layer
        if self.n < LEAST_NODES:
            return self._few(self.n, "d'organisations reliées")
        if not self.network.links:
            return self._few(0, "de liens")
        if code == "reciprocite":
            if not self.network.directed:
                return self._pointless("un lien n'y a pas de direction")
            if layer in _ONE_WAY:
                return self._pointless("les liens n'y vont que dans un sens")
            if len(self.network.links) < LEAST_LINKS:
                return self._few(len(self.network.links), "de liens")
        if layer in _CENTRED and code in _PATHS:
            return self._pointless("la Mission Locale y est au centre par construction")
        if layer in _CENTRED and code in _GROUPED:
            return self._pointless("les liens y mènent à la Mission Locale")
        if code in _GROUPED and code != "passerelles" and self.n < LEAST_GROUPED:
            return self._few(self.n, "d'organisations reliées")
        if code == "domaines" and len(self.domains) < LEAST_GROUPED:
            return self._few(len(self.domains), "de partenaires qui ont un domaine")
        if code == "passerelles" and layer in _BETWEEN_SITES:
            return self._pointless("deux partenaires n'y sont jamais reliés directement")
        if code == "proximite" and self.n > LARGEST:
            return _Told(None, self.n, None, f"Réseau trop grand pour ce calcul (n = {self.n}).")
        return None

    def _few(self, n: int, what: str) -> _Told:
        return _Told(None, n, None, f"Trop peu {what} pour le dire (n = {n}).")

    def _pointless(self, why: str) -> _Told:
        return _Told(None, self.n, None, f"Sans objet ici : {why}.")

    def name(self, id: str) -> str:
        """Short enough for a sentence, and without a comma where there is a shorter one."""
        node = self.network.by_id[id]
        return node.name if node.short.endswith("…") else node.short

    def first(self, of: Mapping[str, float], most: int = _NAMED, *, partners: bool = False) -> list[str]:
        """Names of the nodes with the highest values, highest first; none of those at 0."""
        ids = [id for id in of if of[id] > 0 and (not partners or self.network.by_id[id].level)]
        return [self.name(id) for id in sorted(ids, key=lambda id: (-of[id], id))[:most]]

    # one method for each code

    def degree_in(self) -> _Told:
        return self._degree(measured.degree_in(self.graph), "reçoit de" if self.network.directed else "est reliée à")

    def degree_out(self) -> _Told:
        return self._degree(measured.degree_out(self.graph), "envoie vers")

    def _degree(self, of: Mapping[str, int], does: str) -> _Told:
        active = {id: value for id, value in of.items() if value}
        told = {id: float(value) for id, value in of.items()}
        if not active:
            return self._few(0, "de liens")
        if len(active) < LEAST_NODES:
            named = listed(
                [f"{self.name(id)} ({n})" for id, n in sorted(active.items(), key=lambda one: (-one[1], one[0]))]
            )
            return _Told(
                sum(active.values()) / len(active),
                len(active),
                told,
                f"Une seule organisation en a : {named}."
                if len(active) == 1
                else f"{len(active)} organisations seulement en ont : {named}.",
            )
        mean = sum(active.values()) / len(active)
        middle = median(active.values())
        top = min(active, key=lambda id: (-active[id], id))
        sentence = (
            f"En moyenne, une organisation {does} {decimal(mean)} autre{_s(mean)} ; la moitié, "
            f"{decimal(float(middle))} au plus. Le plus grand nombre : {self.name(top)}, {active[top]}."
        )
        return _Told(mean, len(active), told, sentence)

    def strength_in(self) -> _Told:
        of = measured.strength_in(self.graph)
        return self._strength(of, "reçoivent") if self.network.directed else self._part(of)

    def strength_out(self) -> _Told:
        return self._strength(measured.strength_out(self.graph), "envoient")

    def _strength(self, of: Mapping[str, float], do: str) -> _Told:
        total = sum(of.values())
        active = [value for value in of.values() if value]
        share = sum(sorted(active)[-_NAMED:]) / total
        half = _half(active)
        names = self.first(of)
        if len(active) <= _NAMED:
            sentence = f"{listed(names)} {do if len(names) > 1 else _ONE[do]} la totalité {self.words.of_all}."
        else:
            sentence = (
                f"{listed(names)} {do} ensemble {percent(share)} {self.words.of_all} ; "
                f"{_first(half)} {do if half > 1 else _ONE[do]} la moitié."
            )
        return _Told(share, len(active), of, sentence)

    def _part(self, of: Mapping[str, float]) -> _Told:
        """Where a link has no direction, it is of both its ends: it counts once for those who have one of them."""
        order = sorted((id for id in of if of[id]), key=lambda id: (-of[id], id))
        place = {id: n for n, id in enumerate(order)}
        new = [0.0] * len(order)  # what each has a part in, and nobody before it
        for link in self.network.links:
            if link.weight:
                new[min(place[link.source], place[link.target])] += link.weight
        whole = sum(new)
        share = sum(new[:_NAMED]) / whole
        half = next(n for n, so_far in enumerate(accumulate(new), 1) if 2 * so_far >= whole)
        names = self.first(of)
        takes = "prennent part" if len(names) > 1 else "prend part"
        if share >= 1:
            return _Told(share, len(order), of, f"{listed(names)} {takes} à la totalité {self.words.of_all}.")
        sentence = f"{listed(names)} {takes} à {percent(share)} {self.words.of_all} ; {_first(half)} à la moitié."
        return _Told(share, len(order), of, sentence)

    def reciprocity(self) -> _Told:
        value = measured.reciprocity(self.graph) or 0.0
        n = len(self.network.links)
        sentence = f"{_share(value)} des {n} liens ont leur retour : " + (
            "on se passe surtout la main dans un sens." if value < 0.25 else
            "on se passe souvent la main dans les deux sens." if value >= 0.5 else
            "les échanges ne vont dans les deux sens que pour une partie des partenaires."
        )  # fmt: skip
        return _Told(value, n, None, sentence)

    def density(self) -> _Told:
        value = measured.density(self.graph) or 0.0
        links = len(self.network.links)
        sentence = (
            f"{_share(value)} des liens possibles entre ces {self.n} organisations existent ({links} liens), soit "
            f"{decimal(2 * links / self.n)} par organisation."
        )
        return _Told(value, self.n, None, sentence)

    def centralisation(self) -> _Told:
        value = measured.centralisation(self.graph) or 0.0
        degrees = measured.degree_in(measured.undirected(self.graph))
        top = self.first({id: float(n) for id, n in degrees.items()}, 1)[0]
        if value >= 0.5:
            sentence = (
                f"Le réseau tient largement à une organisation, {top} : il ressemble à {_share(value)} à une étoile."
            )
        elif value >= 0.2:
            sentence = (
                f"Le réseau se rassemble en partie autour de {top} : il ressemble à {_share(value)} à une étoile."
            )
        else:
            sentence = (
                f"Aucune organisation ne rassemble tout le réseau : il ne ressemble qu'à {_share(value)} à une étoile."
            )
        return _Told(value, self.n, None, sentence)

    def betweenness(self) -> _Told:
        of = measured.betweenness(self.graph)
        value = max(of.values())
        estimated = f" Estimé à partir de {measured.PIVOTS} organisations." if self.n > measured.LARGE else ""
        names = self.first(of)
        if not names:
            return _Told(value, self.n, of, "Aucune organisation n'est sur le chemin entre deux autres." + estimated)
        partners = self.first(of, partners=True)
        sentence = f"{names[0]} est sur {_share(value)} des plus courts chemins entre les autres."
        if partners and partners != names and partners[0] != names[0]:
            sentence += f" Chez les partenaires, {listed(partners)} {_verb(partners, 'font', 'fait')} le plus le lien."
        elif len(names) > 1:
            sentence += f" Viennent ensuite {listed(names[1:])}." if len(names) > 2 else f" Vient ensuite {names[1]}."
        return _Told(value, self.n, of, sentence + estimated)

    def closeness(self) -> _Told:
        of = measured.closeness(self.graph)
        apart = measured.pieces(self.graph)
        mean = sum(of.values()) / len(of)
        names = self.first(of, 1)
        sentence = f"{names[0]} est au plus près de toutes les autres ({_share(of[self._top(of)])})"
        if len(apart) > 1:
            sentence += f" ; le réseau est en {len(apart)} morceaux, le plus grand de {_organisations(len(apart[0]))}."
        else:
            sentence += " ; chacune peut atteindre toutes les autres de proche en proche."
        return _Told(mean, self.n, of, sentence)

    def eigenvector(self) -> _Told:
        of = measured.eigenvector(self.graph)
        if not of:
            return _Told(None, self.n, None, "Le calcul ne se stabilise pas sur ce réseau : rien n'est affirmé.")
        names = self.first(of)
        sentence = (
            f"{listed(names)} {_verb(names, 'sont reliées', 'est reliée')} à celles qui comptent elles-mêmes le plus."
        )
        return _Told(max(of.values()), self.n, of, sentence)

    def articulation(self) -> _Told:
        of = {id: float(n) for id, n in measured.articulation(self.graph).items()}
        if not of:
            sentence = "Aucune organisation n'est un passage obligé : sans l'une ou l'autre, le réseau reste relié."
            return _Told(0.0, self.n, of, sentence)
        top = self._top(of)
        are = "sont des passages obligés" if len(of) > 1 else "est un passage obligé"
        cut = "seraient plus reliées" if of[top] > 1 else "serait plus reliée"
        sentence = (
            f"{_organisations(len(of))} {are} ; sans {self.name(top)}, {_organisations(of[top])} ne {cut} au reste."
        )
        return _Told(float(len(of)), self.n, of, sentence)

    def core(self) -> _Told:
        of = {id: float(n) for id, n in measured.core(self.graph).items()}
        value = max(of.values())
        members = sum(n == value for n in of.values())
        if value < 2:
            sentence = "Il n'y a pas de noyau : les liens ne forment aucune boucle."
        else:
            sentence = (
                f"Un noyau de {_organisations(members)} tient le réseau : chacune y est reliée à au moins "
                f"{int(value)} autres du noyau."
            )
        return _Told(value, self.n, of, sentence)

    def communities(self) -> _Told:
        several = [group for group in self.groups if len(group) > 1]
        of = {id: float(number) for number, group in enumerate(self.groups, 1) for id in group}
        clear = groups.modularity(self.graph, self.groups) or 0.0
        if not self.clear:
            sentence = f"Pas de groupes plus nets que le hasard n'en ferait (modularité {decimal(clear, 2)})."
            return _Told(float(len(several)), self.n, dict(sorted(of.items())), sentence)
        largest = ", ".join(
            f"l'un de {_organisations(len(group))} autour de {self._heart(group)}" if number == 0 else
            f"un autre de {len(group)} autour de {self._heart(group)}"
            for number, group in enumerate(several[:_NAMED])
        )  # fmt: skip
        sentence = (
            f"{len(several)} groupes {_WITHIN.get(self.network.layer, 'travaillent surtout entre eux')} "
            f"(modularité {decimal(clear, 2)}) : {largest}."
        )
        return _Told(float(len(several)), self.n, dict(sorted(of.items())), sentence)

    def _heart(self, group: frozenset[str]) -> str:
        of = measured.strength_in(measured.undirected(self.graph))
        return self.name(min(group, key=lambda id: (-of[id], id)))

    def agreement(self) -> _Told:
        value = groups.mutual_information(self.groups, self.domains)
        chance = groups.by_chance(self.groups, self.domains)
        if value is None or chance is None:
            return self._pointless("il n'y a qu'un groupe et qu'un domaine")
        beyond = _beyond(value, chance)
        follow = (
            "ne suivent pas" if beyond < _SOME else "ne suivent qu'en partie" if beyond < _MUCH else "suivent largement"
        )
        sentence = (
            f"Les groupes observés {follow} les domaines déclarés ({_share(value)}, contre {_share(chance)} au hasard)."
        )
        return _Told(value, len(self.domains), None, sentence)

    def bridges(self) -> _Told:
        across, links, chance = groups.crossing(self.graph, self.domains)
        if links < LEAST_LINKS or chance is None:
            return self._few(links, "de liens entre partenaires qui ont un domaine")
        of = {id: float(n) for id, n in groups.bridges(self.graph, self.domains).items()}
        value = across / links
        sentence = f"{_share(value)} des {links} liens réunissent des domaines différents ({_share(chance)} au hasard)"
        names = self.first(of)
        if names:
            sentence += f" ; {names[0]} en relie le plus ({_domains(of[self._top(of)])} en dehors du sien)"
        return _Told(value, links, of, sentence + ".")

    def _top(self, of: Mapping[str, float]) -> str:
        return min(of, key=lambda id: (-of[id], id))


_SOME, _MUCH = 0.1, 0.4
"""Of what lies between chance and a perfect match: from where groups follow domains in part, and largely."""
_WITHIN = {
    Layer.SENT: "se dessinent autour des sites",
    Layer.RECEIVED: "se dessinent autour des sites",
    Layer.OFFER: "répondent surtout aux mêmes besoins",
    Layer.REROUTED: "se passent surtout la main entre eux",
    Layer.SHARED: "partagent surtout les mêmes jeunes",
}
_PATHS = frozenset({"centralisation", "intermediarite", "proximite", "vecteur-propre", "articulation"})
_GROUPED = frozenset({"communautes", "domaines", "passerelles"})
_TELL: Mapping[str, Callable[[_Seen], _Told]] = {
    "degre-entrant": _Seen.degree_in,
    "degre-sortant": _Seen.degree_out,
    "force-entrante": _Seen.strength_in,
    "force-sortante": _Seen.strength_out,
    "reciprocite": _Seen.reciprocity,
    "densite": _Seen.density,
    "centralisation": _Seen.centralisation,
    "intermediarite": _Seen.betweenness,
    "proximite": _Seen.closeness,
    "vecteur-propre": _Seen.eigenvector,
    "articulation": _Seen.articulation,
    "noyau": _Seen.core,
    "communautes": _Seen.communities,
    "domaines": _Seen.agreement,
    "passerelles": _Seen.bridges,
}
_ONE = {"reçoivent": "reçoit", "envoient": "envoie"}


def headline(network: Network, found: tuple[Measure, ...]) -> str:
    """The finding that the title of the map states, without a full stop at its end."""
    if not network.links:
        return f"{WORDS[network.layer].label} : aucun lien sur la période"
    n, linked = len(network.nodes), WORDS[network.layer]
    by_code = {measure.code: measure for measure in found}
    if n < LEAST_NODES:
        return f"{linked.label} : {n} organisations reliées, trop peu pour conclure"
    if network.layer is Layer.BOARD:
        return f"{n - 1} organisations siègent au conseil de la Mission Locale"
    if network.layer is Layer.AGREEMENT:
        return f"{n - 1} organisations sont liées à la Mission Locale par une convention en vigueur"
    if network.layer in (Layer.SENT, Layer.RECEIVED):
        way = measured.strength_in if network.layer is Layer.SENT else measured.strength_out
        weights = [value for value in way(graph_of(network)).values() if value]
        half = _half(weights)
        does = "reçoivent" if network.layer is Layer.SENT else "envoient"
        if half == 1:
            return f"Une seule organisation {_ONE[does]} la moitié {linked.of_all}, sur {len(weights)}"
        return f"{half} organisations sur {len(weights)} {does} la moitié {linked.of_all}"
    crossing = by_code.get("passerelles")
    if crossing is not None and crossing.value is not None:
        return _HEADLINES[network.layer].format(share=_share(crossing.value), n=crossing.n)
    return f"{n} organisations sont reliées par {len(network.links)} liens"


_HEADLINES: Mapping[Layer, str] = {
    Layer.ALL: "{share} des liens entre partenaires réunissent des domaines différents",
    Layer.REROUTED: "{share} des passages de main vont vers un partenaire d'un autre domaine",
    Layer.SHARED: "{share} des paires de partenaires qui partagent des jeunes sont de domaines différents",
    Layer.SUPPORT: "{share} des paires qui accompagnent ensemble sont de domaines différents",
    Layer.OFFER: "{share} des paires qui répondent au même besoin sont de domaines différents",
}


# how numbers are written


def _beyond(value: float, chance: float) -> float:
    return (value - chance) / (1 - chance) if chance < 1 else 0.0


def _share(value: float) -> str:
    """« 12 % »; « moins de 1 % » where something is there."""
    return "moins de 1 %" if 0 < value < 0.005 else percent(value)


def _s(n: float) -> str:
    return "s" if round(n, 1) >= 2 else ""


def _organisations(n: float) -> str:
    return f"{decimal(n)} organisation{_s(n)}"


def _domains(n: float) -> str:
    return f"{decimal(n)} domaine{_s(n)}"


def _first(n: int) -> str:
    return "la première" if n == 1 else f"les {n} premières"


def _verb(names: list[str], many: str, one: str) -> str:
    return many if len(names) > 1 else one


def _half(weights: list[float]) -> int:
    """How many of the heaviest make half of the whole."""
    whole, so_far = sum(weights), 0.0
    for number, weight in enumerate(sorted(weights, reverse=True), 1):
        so_far += weight
        if 2 * so_far >= whole:
            return number
    return 0
