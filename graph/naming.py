"""How a partner is called: its shown name, its acronym, its id, and what its mentions say about it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graph.acronyms import is_initials
from graph.lexicon import WHOLE, Lexicon
from graph.misspelling import alike
from graph.model import CommuneCode, Mention, MentionId, Partner, PartnerId, PartnerKind, Seat
from graph.name_parts import Name, own_text
from graph.names import folded

_LEADING = re.compile(
    r"^(?:l['’]\s*)?(?:association|asso\.?)\s+"
    r"(?!(?:de|d['’]|des|du|pour|la|le|les|départementale|intermédiaire|nationale|régionale|locale|sportive|culturelle|"
    r"familiale|tutélaire)\b)(?=\S)",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"^[«\"“]\s*(.*?)\s*[»\"”]$")


MISSION_LOCALE, CONTACT_PLACE = "mission-locale", "u-antenne"
"""Codes of terms: a contact place of the Mission Locale is a site of it."""


@dataclass(frozen=True)
class Cluster:
    """Names and mentions of one partner; `parent` and keys of clusters are those of the resolver."""

    names: tuple[Name, ...]
    mentions: tuple[Mention, ...]
    parent: int | None
    parent_evidence: str | None
    decided_name: str | None
    key: tuple[str, str, str]


def chosen_ids(clusters: Mapping[int, Cluster], known: Mapping[MentionId, PartnerId]) -> dict[int, PartnerId]:
    """An id for each cluster: the one it had, else the slug of its name in the lists; never twice the same.

    A name that was decided makes no id: the partner would come back under another one after a decision is undone.
    """
    ids: dict[int, PartnerId] = {}
    votes: list[tuple[int, PartnerId, tuple[str, str, str], int]] = []
    for root, cluster in clusters.items():
        counted = Counter(known[m.id] for m in cluster.mentions if m.id in known)
        votes.extend((-times, id, cluster.key, root) for id, times in counted.items())
    taken: set[str] = set()
    for _, id, _, root in sorted(votes):
        if root not in ids and id not in taken:
            ids[root] = id
            taken.add(id)
    taken |= set(known.values())
    listed = {root: replace(cluster, decided_name=None) for root, cluster in clusters.items()}
    for root in sorted(clusters, key=lambda r: clusters[r].key):
        if root in ids:
            continue
        slug = _slug(shown_name(listed[root], listed))
        number, free = 1, slug
        while free in taken:
            number += 1
            free = f"{slug}-{number}"
        ids[root] = PartnerId(free)
        taken.add(free)
    return ids


def _slug(name: str) -> str:
    words: list[str] = []
    length = 0
    for word in folded(name).split():
        if length + len(word) > 60 and words:
            break
        words.append(word)
        length += len(word) + 1
    return "-".join(words) or "partenaire"


def shown_name(cluster: Cluster, clusters: Mapping[int, Cluster]) -> str:
    """The best written name; a unit that has only a type or a service for a name takes its organisation's before it."""
    if cluster.decided_name is not None:
        return cluster.decided_name
    name = _best(cluster)
    text = _tidy(own_part(name))
    if cluster.parent is not None and name.within is not None and not _proper(name, clusters[cluster.parent]):
        parent = clusters[cluster.parent]
        return f"{_short(parent, clusters)} – {text[:1].upper()}{text[1:]}"
    return text[:1].upper() + text[1:] if text[:1].islower() and text[1:2].islower() else text


def own_part(name: Name) -> str:
    return name.raw if name.within is None else own_text(name.raw, name.within)


def _proper(name: Name, parent: Cluster) -> bool:
    """Whether a unit has a name of its own beside its organisation's."""
    above = {word for n in parent.names for word in n.core} | {word for n in parent.names for word in n.general}
    return any(w not in above for w in name.core) and not name.units and not name.establishments


def _short(parent: Cluster, clusters: Mapping[int, Cluster]) -> str:
    name = shown_name(parent, clusters)
    acronym = _acronym(parent)
    return acronym if acronym is not None and len(name) > 30 else name


def _best(cluster: Cluster) -> Name:
    spelled = Counter(word for m in cluster.mentions for word in folded(m.raw).split())
    return min(cluster.names, key=lambda n: _rank(n, spelled, cluster))


def _rank(name: Name, spelled: Counter[str], cluster: Cluster) -> tuple[object, ...]:
    text = _tidy(own_part(name))
    known = sum(1 for w in name.core if w.startswith("@"))
    best_known = max(sum(1 for w in n.core if w.startswith("@")) for n in cluster.names)
    rare = _rarest(name, spelled, cluster)
    shouting = len(text) > 6 and text.isupper() and (" " in text or len(text) > 8)
    accents = sum(1 for c in text if ord(c) > 127 and c.isalpha())
    return (known < best_known, rare, shouting, "(" in text, -min(len(text), 70), -accents, text)


def _rarest(name: Name, spelled: Counter[str], cluster: Cluster) -> int:
    """1 when a word looks like the typing error of a word that the other names have more often."""
    for word in folded(own_part(name)).split():
        for other, times in spelled.items():
            commoner = other != word and times > spelled[word] and len(word) >= 5
            if commoner and alike(word, other) and word.rstrip("s") != other.rstrip("s"):
                return 1
    return 0


def _tidy(raw: str) -> str:
    text = re.sub(r"\s+", " ", _LEADING.sub("", raw)).strip()
    text = re.sub(r"(?<=\w)- (?=\w)|(?<=\w) -(?=\w)", "-", text)
    text = re.sub(r"(?<=[A-Z])l(?=\d)", "I", text)
    quoted = _QUOTES.match(text)
    return quoted.group(1) if quoted else text


def _acronym(cluster: Cluster) -> str | None:
    """The short capital name among the names of a partner that also has a longer one."""
    given = sorted(n.acronym for n in cluster.names if n.acronym)
    if given:
        return given[0]
    found = set()
    for name in cluster.names:
        if name.within is not None:
            continue
        text = re.sub(r"\s*(?:\d+|2[AB])$", "", _tidy(name.raw))
        others = [n for n in cluster.names if n is not name]
        expanded = any(is_initials(text, _tidy(n.raw)) for n in others) or _known_acronym(text, name)
        if expanded and re.fullmatch(r"[A-Z][A-Z0-9'-]{1,9}", text):
            found.add(text)
        inner = re.search(r"\(([A-Z]{3,8})\)", name.raw)
        if inner and not name.units:
            found.add(inner.group(1))
    return min(found, key=lambda t: (len(t), t)) if found else None


def _known_acronym(text: str, name: Name) -> bool:
    """Whether *text* is the acronym of a known organisation that has a longer name."""
    return any(
        text.casefold() == form.casefold() and len(text) <= 8 and any(" " in other for other in term.forms)
        for term in name.terms
        for form in term.forms
    )


def partners_of(
    clusters: Mapping[int, Cluster], ids: Mapping[int, PartnerId], lexicon: Lexicon, departement: str | None
) -> tuple[Partner, ...]:
    statutory = _statutory_sources(m for c in clusters.values() for m in c.mentions)
    found = []
    for root, cluster in clusters.items():
        name = shown_name(cluster, clusters)
        acronym = _acronym(cluster)
        found.append(
            Partner(
                id=ids[root],
                name=name,
                acronym=acronym if acronym is not None and acronym != name else None,
                kind=_kind(cluster, clusters),
                unit_of=ids[cluster.parent] if cluster.parent is not None else None,
                domains=frozenset(m.domain for m in cluster.mentions if m.domain is not None),
                seats=_seats(cluster, statutory),
                commune=_commune(cluster, lexicon, departement),
            )
        )
    return tuple(sorted(found, key=lambda p: p.id))


def _kind(cluster: Cluster, clusters: Mapping[int, Cluster]) -> PartnerKind:
    if cluster.parent is not None:
        ours = any(t.code == MISSION_LOCALE for n in clusters[cluster.parent].names for t in n.terms)
        if ours and any(t.code == CONTACT_PLACE for n in cluster.names for t in n.terms):
            return PartnerKind.SITE
        return PartnerKind.UNIT
    return PartnerKind.GROUP if all(_generic(name) for name in cluster.names) else PartnerKind.ORGANISATION


def _generic(name: Name) -> bool:
    """Whether a name is a word for several organisations: « CCAS », « Agences d'intérim »."""
    if name.places or name.departements or any(t.nature in WHOLE for t in name.terms):
        return False
    if not name.core and any(t.many for t in name.terms):
        return True
    return name.plural and (not name.core or bool(name.units) or _general_plural(name))


def _general_plural(name: Name) -> bool:
    """« Agences d'intérim », not « Les ateliers du littoral »: lower case after the first word, no article."""
    return not re.match(r"(?:les|l['’])", name.raw, re.IGNORECASE) and all(
        w[:1].islower() or not w[:1].isalpha() for w in re.split(r"[\s'’]+", name.raw)[1:]
    )


def _commune(cluster: Cluster, lexicon: Lexicon, departement: str | None) -> CommuneCode | None:
    texts = {folded(m.commune) for m in cluster.mentions if m.commune}
    texts |= {p for n in cluster.names for p in n.places}
    codes = {code for text in texts if (code := lexicon.commune_code(text, departement)) is not None}
    return CommuneCode(next(iter(codes))) if len(codes) == 1 else None


def _statutory_sources(mentions: Iterable[Mention]) -> frozenset[str]:
    """Lists that say who holds the seats, beside the seats that the statutes give: these do not count again."""
    return frozenset(m.source for m in mentions if m.college is not None and m.subcategory != m.college)


def _seats(cluster: Cluster, named: frozenset[str]) -> tuple[Seat, ...]:
    held: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for mention in cluster.mentions:
        if mention.college is None or not (mention.seats or mention.deputies):
            continue
        if mention.source in named and mention.subcategory == mention.college:
            continue
        held[mention.college][0] += mention.seats
        held[mention.college][1] += mention.deputies
    return tuple(Seat(college, *counts) for college, counts in sorted(held.items()))
