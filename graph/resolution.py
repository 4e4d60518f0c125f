"""Mentions → partners: the same one, a unit of it, a new one, or not sure. Pure; the order of mentions changes nothing.

Names that say the same thing are one node; nodes that agree are one cluster, as long as no two names in it are
known to be different; a cluster inside another is its unit. Decisions come before everything.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.candidates import candidate_pairs
from graph.comparison import Comparison, compare
from graph.decided import Decided, decision_keys, name_key
from graph.errors import Conflict
from graph.lexicon import Lexicon, Nature
from graph.model import Decision, Mention, MentionId, Outcome, Partner, PartnerId, Resolved
from graph.name_parts import Name, analysed, own_text
from graph.names import folded
from graph.naming import Cluster, chosen_ids, partners_of
from graph.similarity import Tie, relation

__all__ = ["LABEL", "Comparison", "Resolution", "compare", "resolve"]

LABEL = "label:"
"""How the id of a mention begins when the list uses it as a heading or a category."""

CLOSEST = 12
"""Names of a cluster that are compared before another joins it."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """`resolved` in the order of the mentions; `partners` in order of their ids."""

    resolved: tuple[Resolved, ...]
    partners: tuple[Partner, ...]


@dataclass
class Node:
    """One way of writing one name, with all its mentions."""

    key: tuple[str, str, str]
    name: Name
    mentions: list[Mention] = field(default_factory=list)
    evidence: str | None = None


def resolve(
    mentions: Iterable[Mention],
    decisions: Iterable[Decision] = (),
    lexicon: Lexicon | None = None,
    known: Mapping[MentionId, PartnerId] | None = None,
) -> Resolution:
    """What each mention becomes. A partner that *known* names keeps its id. Raises Conflict on contradictions."""
    return _Resolver(lexicon or Lexicon(), Decided.of(decisions), dict(known or {})).resolution(list(mentions))


class _Resolver:
    def __init__(self, lexicon: Lexicon, decided: Decided, known: dict[MentionId, PartnerId]) -> None:
        self.lexicon = lexicon
        self.decided = decided
        self.known = known
        self.nodes: list[Node] = []
        self.by_key: dict[tuple[str, str, str], int] = {}
        self.root: list[int] = []
        self.members: dict[int, list[int]] = {}
        self.forbidden: set[tuple[int, int]] = set()
        self.unit_links: dict[int, list[tuple[float, int, str]]] = defaultdict(list)
        self.doubts: list[tuple[int, int, str]] = []
        self.own: str | None = None
        self.organisations: dict[str, tuple[str, str, str]] = {}

    def resolution(self, given: list[Mention]) -> Resolution:
        mentions = self.cut(given)
        self.lexicon = self.lexicon.with_communes(m.commune for m in mentions if m.commune)
        refused = {m.id: reason for m in mentions if (reason := self.not_a_partner(m)) is not None}
        self.build_nodes([m for m in mentions if m.id not in refused])
        self.own = self.own_departement()
        self.cluster()
        parents = self.parents()
        clusters = self.clusters(parents)
        ids = chosen_ids(clusters, self.known)
        doubts = self.ambiguous(parents)
        resolved = tuple(
            Resolved(m, Outcome.NOT_A_PARTNER, None, None, refused[m.id])
            if m.id in refused
            else self.resolved(m, clusters, ids, doubts)
            for m in mentions
        )
        return Resolution(resolved, partners_of(clusters, ids, self.lexicon, self.own))

    # decisions on the text itself

    def cut(self, given: list[Mention]) -> list[Mention]:
        """Where a decision says how a text is cut, its mentions replace those that were read."""
        if not self.decided.cuts:
            return given
        longest = max(len(k.split()) for k in self.decided.cuts)
        rows: dict[tuple[str, int], list[Mention]] = defaultdict(list)
        for mention in given:
            if not mention.id.startswith(LABEL):
                rows[mention.source, mention.line].append(mention)
        replaced: dict[MentionId, list[Mention]] = {}
        texts = {self.words(k): d for k, d in self.decided.cuts.items()}
        for row in rows.values():
            row.sort(key=lambda m: (m.position, m.id))
            for start in range(len(row)):
                if row[start].id in replaced:
                    continue
                words: tuple[str, ...] = ()
                for end in range(start, min(len(row), start + longest)):
                    words += self.words(row[end].raw)
                    decision = texts.get(words)
                    if decision is not None and not _is_cut(decision, row[start:]):
                        replaced.update({m.id: [] for m in row[start : end + 1]})
                        replaced[row[start].id] = _cut_mentions(decision, row[start : end + 1])
                        break
        return [piece for m in given for piece in replaced.get(m.id, [m])]

    def words(self, text: str) -> tuple[str, ...]:
        return tuple(t.form for t in self.lexicon.significant(text) if t.form != "dont")

    def not_a_partner(self, mention: Mention) -> str | None:
        """Why *mention* names no partner, or None."""
        if mention.id.startswith(LABEL):
            return f"« {mention.raw} » est un titre ou une catégorie de la liste"
        text = mention.raw if mention.within is None else own_text(mention.raw, mention.within)
        decision = self.decided.not_partners.get(name_key(text, mention.within))
        decision = decision or self.decided.not_partners.get(folded(mention.raw) if mention.within is None else "")
        if decision is not None:
            return f"décision : {decision.reason}"
        name = analysed(mention.raw, self.lexicon, within=mention.within)
        if name.core or not name.terms:
            return None
        if all(t.nature is Nature.CATEGORY for t in name.terms) and not name.places and not name.general:
            return f"« {mention.raw} » est une catégorie, pas un partenaire"
        statutory = mention.college is not None and mention.subcategory in {None, mention.college}
        seat = statutory and mention.within is None and not name.places and not name.departements
        if seat and all(t.many or t.nature is Nature.CATEGORY for t in name.terms):
            return f"le siège « {mention.raw} » nomme une catégorie, pas un partenaire"
        return None

    # names

    def build_nodes(self, mentions: list[Mention]) -> None:
        grouped: dict[tuple[str, str, str], list[Mention]] = defaultdict(list)
        for mention in mentions:
            grouped[self.node_key(mention)].append(mention)
        self.organisations = {key[0]: key for key in sorted(grouped, reverse=True) if not key[1]}
        for mention in mentions:
            if mention.within is not None and folded(mention.within) not in self.organisations:
                self.organisations[folded(mention.within)] = (folded(mention.within), "", "")
                grouped[folded(mention.within), "", ""] = []
        for key in sorted(grouped):
            found = sorted(grouped[key], key=lambda m: (m.raw, m.within or "", m.source, m.id))
            acronym = min((m.acronym for m in found if m.acronym), default=None)
            if found:
                usual = found[0]
                communes = {m.commune for m in found if m.commune}
                name = analysed(
                    usual.raw,
                    self.lexicon,
                    within=usual.within,
                    commune=min(communes) if len(communes) == 1 else None,
                    acronym=acronym,
                )
            else:
                name = analysed(self.within_text(key[0], mentions), self.lexicon)
            self.by_key[key] = len(self.nodes)
            self.nodes.append(Node(key, name, found))

    def within_text(self, key: str, mentions: Iterable[Mention]) -> str:
        return min(m.within for m in mentions if m.within is not None and folded(m.within) == key)

    def node_key(self, mention: Mention) -> tuple[str, str, str]:
        place = folded(mention.commune) if mention.commune else ""
        if place and place in folded(mention.raw):
            place = ""
        return folded(mention.raw), folded(mention.within or ""), place

    def own_departement(self) -> str | None:
        """The département that most of the list's numbers and places name."""
        counted: Counter[str] = Counter()
        for node in self.nodes:
            counted.update(node.name.departements)
        if not counted:
            return None
        (first, times), total = min(counted.items(), key=lambda e: (-e[1], e[0])), sum(counted.values())
        return first if times >= 2 and times > total / 2 else None

    # clusters

    def find(self, node: int) -> int:
        while self.root[node] != node:
            self.root[node] = self.root[self.root[node]]
            node = self.root[node]
        return node

    def join(self, a: int, b: int, evidence: str) -> None:
        first, second = self.find(a), self.find(b)
        if first == second:
            return
        for node in (a, b):
            if self.nodes[node].evidence is None:
                self.nodes[node].evidence = evidence
        keep, gone = (first, second) if len(self.members[first]) >= len(self.members[second]) else (second, first)
        self.root[gone] = keep
        self.members[keep].extend(self.members.pop(gone))

    def cluster(self) -> None:
        count = len(self.nodes)
        self.root = list(range(count))
        self.members = {i: [i] for i in range(count)}
        self.apply_merges()
        self.read_splits()
        names = [node.name for node in self.nodes]
        edges: list[tuple[float, int, int, str]] = []
        for a, b in candidate_pairs(names):
            found = relation(names[a], names[b], self.own)
            if found.tie is Tie.SAME:
                edges.append((-found.strength, a, b, found.evidence))
            elif found.tie is Tie.UNIT_OF:
                child, parent = (a, b) if found.child == "a" else (b, a)
                self.unit_links[child].append((-found.strength, parent, found.evidence))
            elif found.tie is Tie.AMBIGUOUS:
                self.doubts.append((a, b, found.evidence))
        by_name: dict[tuple[object, ...], int] = {}
        for index, name in enumerate(names):
            first = by_name.setdefault(name.key, index)
            if first != index:
                edges.append((-1.0, first, index, relation(names[first], names[index], self.own).evidence))
        for _, a, b, evidence in sorted(self.without_guesses(edges)):
            if self.find(a) != self.find(b) and self.agree(a, b):
                self.join(a, b, evidence)
        self.only_ones()
        self.same_units()

    def without_guesses(self, edges: list[tuple[float, int, int, str]]) -> list[tuple[float, int, int, str]]:
        """*edges* but those of a name without a place to several that stand in different places: which one, waits."""
        placed: dict[int, list[int]] = defaultdict(list)
        for _, a, b, _ in edges:
            for bare, where in ((a, b), (b, a)):
                if not self.nodes[bare].name.places and self.nodes[where].name.places:
                    placed[bare].append(where)
        unsure = {bare for bare, found in placed.items() if self.apart(found[:CLOSEST])}
        kept = []
        for edge in edges:
            _, a, b, _ = edge
            bare, where = (a, b) if a in unsure and b in placed[a] else (b, a)
            if bare in unsure and where in placed[bare]:
                names = ", ".join(f"« {self.nodes[i].name.raw} »" for i in sorted(placed[bare])[:3])
                self.doubts.append((a, b, f"« {self.nodes[bare].name.raw} » ne dit pas où, et la liste nomme {names}"))
            else:
                kept.append(edge)
        return kept

    def apart(self, nodes: list[int]) -> bool:
        """Whether two of *nodes* are known to be different."""
        return any(
            relation(self.nodes[x].name, self.nodes[y].name, self.own).tie is Tie.DIFFERENT
            for i, x in enumerate(nodes)
            for y in nodes[i + 1 :]
        )

    def only_ones(self) -> None:
        """« CIO » is « CIO Limoges » in a list that names one CIO only; a type that is many in a territory waits."""
        placed: dict[int, set[int]] = defaultdict(set)
        for a, b, _ in self.doubts:
            first, second = self.nodes[a].name, self.nodes[b].name
            if not (first.core or second.core or first.is_unit or second.is_unit):
                bare, where = (b, a) if first.places else (a, b)
                placed[self.find(bare)].add(self.find(where))
        for bare, found in sorted(placed.items()):
            where = next(iter(found))
            if len(found) == 1 and self.agree(bare, where):
                names = f"{self.nodes[bare].name.raw} / {self.nodes[where].name.raw}"
                self.join(bare, where, f"la liste n'en nomme qu'un de ce type : {names}")

    def same_units(self) -> None:
        """Units of one organisation that bear one name are one, however the lists write the organisation."""
        first_of: dict[tuple[object, ...], int] = {}
        for index, node in enumerate(self.nodes):
            within = node.name.within
            if within is None:
                continue
            parent = self.find(self.by_key[self.organisations[folded(within)]])
            first = first_of.setdefault((parent, *node.name.part), index)
            if self.find(first) == self.find(index) or self.split(first, index):
                continue
            name = own_text(node.name.raw, within)
            self.join(first, index, f"même unité, « {name} », de la même organisation")

    def split(self, a: int, b: int) -> bool:
        first, second = self.members[self.find(a)], self.members[self.find(b)]
        return bool(self.forbidden) and any((min(x, y), max(x, y)) in self.forbidden for x in first for y in second)

    def agree(self, a: int, b: int) -> bool:
        """Whether no name of the two clusters says that they are different."""
        first, second = self.members[self.find(a)], self.members[self.find(b)]
        if self.split(a, b):
            return False
        for x in self.usual(first):
            for y in self.usual(second):
                if relation(self.nodes[x].name, self.nodes[y].name, self.own).tie in {Tie.DIFFERENT, Tie.UNIT_OF}:
                    return False
        return True

    def usual(self, members: list[int]) -> list[int]:
        distinct: dict[tuple[object, ...], int] = {}
        for node in sorted(members):
            distinct.setdefault(self.nodes[node].name.key, node)
        return list(distinct.values())[:CLOSEST]

    def matching(self, key: str) -> list[int]:
        """The nodes that a decision names: as written, else saying the same in the same words."""
        exact = self.decision_index.get(key)
        if exact is not None:
            return exact
        parent, slash, unit = key.partition(" / ")
        name = analysed(unit, self.lexicon, within=parent) if slash else analysed(key, self.lexicon)
        return [i for i, node in enumerate(self.nodes) if node.name.key == name.key]

    def apply_merges(self) -> None:
        self.decision_index: dict[str, list[int]] = defaultdict(list)
        for index, node in enumerate(self.nodes):
            for key in decision_keys(node.name):
                self.decision_index[key].append(index)
        self.decision_index = dict(self.decision_index)
        groups = self.decided.groups()
        first_of: dict[str, int] = {}
        for decision in self.decided.merges:
            for name in decision.names:
                key = name_key(name)
                for found in self.matching(key):
                    first = first_of.setdefault(groups[key], found)
                    if first != found:
                        self.join(first, found, f"décision : {decision.reason}")

    def read_splits(self) -> None:
        for pair, decision in self.decided.splits.items():
            x, y = sorted(pair)
            for a in self.matching(x):
                for b in self.matching(y):
                    if a == b:
                        continue
                    if self.find(a) == self.find(b):
                        raise Conflict(
                            f"Deux décisions se contredisent : « {self.nodes[a].name.raw} » et "
                            f"« {self.nodes[b].name.raw} » sont réunis et séparés ({decision.reason})."
                        )
                    self.forbidden.add((min(a, b), max(a, b)))

    # units

    def parents(self) -> dict[int, tuple[int, str]]:
        """Root of each unit's cluster → root of its organisation's cluster and the evidence."""
        found: dict[int, tuple[int, str]] = {}
        for key, decision in self.decided.units.items():
            above = self.matching(name_key(decision.names[1]))
            for child in self.matching(key):
                if above and self.find(above[0]) != self.find(child):
                    found[self.find(child)] = (self.find(above[0]), f"décision : {decision.reason}")
        written: dict[int, list[tuple[float, tuple[str, str, str], int, str]]] = defaultdict(list)
        for index, node in enumerate(self.nodes):
            root = self.find(index)
            if node.name.within is not None:
                above_root = self.find(self.by_key[self.organisations[folded(node.name.within)]])
                evidence = _written_inside(node.name.raw, node.name.within)
                written[root].append((-2.0, self.nodes[above_root].key, above_root, evidence))
            for strength, parent, evidence in self.unit_links.get(index, ()):
                written[root].append((strength, self.nodes[parent].key, self.find(parent), evidence))
        for root in sorted(written):
            if root in found:
                continue
            for _, _, parent, evidence in sorted(written[root]):
                if parent != root and not self.above(parent, root, found):
                    found[root] = (parent, evidence)
                    break
        return found

    def above(self, start: int, wanted: int, parents: Mapping[int, tuple[int, str]]) -> bool:
        seen = set()
        while start in parents and start not in seen:
            seen.add(start)
            start = parents[start][0]
            if start == wanted:
                return True
        return False

    def clusters(self, parents: Mapping[int, tuple[int, str]]) -> dict[int, Cluster]:
        return {
            root: Cluster(
                names=tuple(self.nodes[i].name for i in sorted(members)),
                mentions=tuple(m for i in sorted(members) for m in self.nodes[i].mentions),
                parent=parents[root][0] if root in parents else None,
                parent_evidence=parents[root][1] if root in parents else None,
                decided_name=self.decided_name(members),
                key=min(self.nodes[i].key for i in members),
            )
            for root, members in self.members.items()
            if self.useful(root, members, parents)
        }

    def useful(self, root: int, members: list[int], parents: Mapping[int, tuple[int, str]]) -> bool:
        return any(self.nodes[i].mentions for i in members) or any(parent == root for parent, _ in parents.values())

    def decided_name(self, members: list[int]) -> str | None:
        for node in sorted(members):
            for key in decision_keys(self.nodes[node].name):
                decision = self.decided.names.get(key)
                if decision is not None:
                    return decision.names[1]
        return None

    # outcome

    def ambiguous(self, parents: Mapping[int, tuple[int, str]]) -> dict[int, list[tuple[int, str]]]:
        """Root of a cluster in doubt → the clusters it may be, with the evidence."""
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for a, b, evidence in self.doubts:
            first, second = self.find(a), self.find(b)
            if first == second or self.split(first, second):
                continue
            if any(x in parents and parents[x][1].startswith("décision") for x in (first, second)):
                continue
            linked = {parents[x][0] for x in (first, second) if x in parents}
            if first in linked or second in linked:
                continue
            size_a, size_b = len(self.members[first]), len(self.members[second])
            small = min((size_a, self.nodes[a].key, first), (size_b, self.nodes[b].key, second))[2]
            other = second if small == first else first
            if all(other != o for o, _ in found[small]):
                found[small].append((other, evidence))
        return {root: others for root, others in found.items() if others}

    def resolved(
        self,
        mention: Mention,
        clusters: Mapping[int, Cluster],
        ids: Mapping[int, PartnerId],
        doubts: Mapping[int, list[tuple[int, str]]],
    ) -> Resolved:
        node = self.nodes[self.by_key[self.node_key(mention)]]
        root = self.find(self.by_key[node.key])
        cluster = clusters[root]
        parent = ids[cluster.parent] if cluster.parent is not None else None
        if root in doubts:
            others = sorted(doubts[root], key=lambda d: (d[1], ids[d[0]]))
            return Resolved(
                mention,
                Outcome.AMBIGUOUS,
                ids[root],
                parent,
                f"à décider : {others[0][1]}",
                tuple(dict.fromkeys(ids[o] for o, _ in others)),
            )
        if cluster.parent is not None:
            evidence = cluster.parent_evidence or ""
            if node.name.within is not None and not evidence.startswith("décision"):
                evidence = _written_inside(node.name.raw, node.name.within)
            return Resolved(mention, Outcome.UNIT_OF, ids[root], parent, evidence)
        if len(cluster.mentions) == 1:
            return Resolved(mention, Outcome.NEW, ids[root], parent, "aucun autre nom de la liste ne lui correspond")
        evidence = node.evidence or f"même nom : {mention.raw}"
        return Resolved(mention, Outcome.SAME, ids[root], parent, evidence)


def _written_inside(raw: str, within: str) -> str:
    return f"« {own_text(raw, within)} » est écrit avec son organisation : « {within} »"


def _is_cut(decision: Decision, row: Sequence[Mention]) -> bool:
    """Whether *row* begins with what the decision makes of the text: a stored list is cut once."""
    pieces = decision.names[1:]
    written = [f"{m.within} / {m.raw}" if m.within is not None else m.raw for m in row[: len(pieces)]]
    return sorted(written) == sorted(pieces)


def _cut_mentions(decision: Decision, row: Sequence[Mention]) -> list[Mention]:
    """The mentions that a decision cuts out of a text; positions follow the text as the list writes it."""
    text, first = decision.names[0], row[0]
    shift = first.position - max(0, text.find(first.raw))
    found = []
    at = 0
    for number, piece in enumerate(decision.names[1:]):
        within, slash, raw = piece.partition(" / ")
        name = raw if slash else piece
        position = text.find(name, at)
        position = text.find(name) if position < 0 else position
        at = max(at, position) if position >= 0 else at
        found.append(
            replace(
                first,
                id=MentionId(f"{first.id}.{number}"),
                position=shift + max(0, position),
                raw=name,
                within=within if slash else None,
                commune=None,
                acronym=None,
                seats=first.seats if number == 0 else 0,
                deputies=first.deputies if number == 0 else 0,
            )
        )
    return found
