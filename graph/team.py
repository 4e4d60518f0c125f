"""The smallest set of partners that covers every need: exact up to twelve needs, greedy with a bound beyond."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from graph.model import NeedCode, PartnerId
from graph.ranking import Ties
from graph.weighing import Candidate

EXACT_NEEDS = 12
_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Member:
    """`needs`: all the ticked needs this member meets, in the order of the booklet."""

    partner: PartnerId
    needs: tuple[NeedCode, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Partners that could each stand in for a member without leaving a need aside, best first."""

    member: PartnerId
    partners: tuple[PartnerId, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """Empty, without a lead, when nobody outside the Mission Locale fits. `optimal`: proved the smallest."""

    lead: PartnerId | None
    members: tuple[Member, ...]
    alternatives: tuple[Alternatives, ...]
    optimal: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    """A partial team; smaller, stronger, less loaded, then the tie rule."""

    members: tuple[Candidate, ...]
    key: tuple[int, int, int, tuple[bytes, ...]]


def team(needs: Sequence[NeedCode], candidates: Iterable[Candidate], ties: Ties) -> Team:
    """Of the candidates with an offer that is not the Mission Locale's own; their order does not matter."""
    pool = [c for c in candidates if c.outside]
    wanted = 0
    for candidate in pool:
        wanted |= candidate.outside
    if not wanted:
        return Team(None, (), (), True)
    best: dict[int, Candidate] = {}
    for candidate in pool:  # two members that cover the same needs are never both in a smallest team
        known = best.get(candidate.outside)
        if known is None or _before(candidate, known, ties):
            best[candidate.outside] = candidate
    keys = {mask: _key(candidate, ties) for mask, candidate in best.items()}
    if wanted.bit_count() <= EXACT_NEEDS:
        chosen, optimal = _smallest(wanted, best, keys), True
    else:
        chosen = _greedy(wanted, best, keys)
        optimal = len(chosen) == _at_least(wanted, list(best))
    return _told(needs, chosen, pool, ties, optimal)


_Key = tuple[int, int, bytes]
"""Stronger, less loaded, then the tie rule."""


def _key(candidate: Candidate, ties: Ties) -> _Key:
    return (-candidate.strength, candidate.load, ties(candidate.id))


def _before(one: Candidate, other: Candidate, ties: Ties) -> bool:
    first, second = (-one.strength, one.load), (-other.strength, other.load)
    return first < second or (first == second and ties(one.id) < ties(other.id))


def _smallest(wanted: int, best: dict[int, Candidate], keys: dict[int, _Key]) -> list[Candidate]:
    """Level by level over the sets of needs covered: the first level that holds them all is the smallest team."""
    by_need: dict[int, list[int]] = {}
    for mask in sorted(best):
        rest = mask
        while rest:
            bit = rest & -rest
            by_need.setdefault(bit, []).append(mask)
            rest ^= bit
    level: dict[int, _Choice] = {0: _Choice((), (0, 0, 0, ()))}
    while wanted not in level:
        following: dict[int, _Choice] = {}
        for covered, choice in level.items():
            missing = wanted & ~covered
            for mask in by_need[missing & -missing]:
                strength, load, tie = keys[mask]
                size, strength_before, load_before, ties = choice.key
                reached = covered | mask
                known = following.get(reached)
                if known is not None and (strength_before + strength, load_before + load) > known.key[1:3]:
                    continue  # most are: the ties are not even sorted
                key = (size + 1, strength_before + strength, load_before + load, tuple(sorted((*ties, tie))))
                if known is None or key < known.key:
                    following[reached] = _Choice((*choice.members, best[mask]), key)
        level = following
    return list(level[wanted].members)


def _greedy(wanted: int, best: dict[int, Candidate], keys: dict[int, _Key]) -> list[Candidate]:
    chosen: list[int] = []
    missing = wanted
    while missing:
        mask = min(best, key=lambda m: (-(m & missing).bit_count(), keys[m]))
        chosen.append(mask)
        missing &= ~mask
    for mask in list(reversed(chosen)):  # a later choice may have made an earlier one needless
        others = 0
        for other in chosen:
            others |= other if other != mask else 0
        if others & wanted == wanted:
            chosen.remove(mask)
    return [best[mask] for mask in chosen]


def _at_least(wanted: int, masks: Sequence[int]) -> int:
    """Needs of which no partner meets two need a member each; and no member covers more than the widest does."""
    widest = max(mask.bit_count() for mask in masks)
    bits = [1 << n for n in range(wanted.bit_length()) if wanted >> n & 1]
    together = dict.fromkeys(bits, 0)
    for mask in masks:
        for bit in bits:
            if mask & bit:
                together[bit] |= mask
    apart, taken = 0, 0
    for bit in sorted(bits, key=lambda b: (together[b].bit_count(), b)):
        if not together[bit] & taken:
            taken |= bit
            apart += 1
    return max(apart, -(-len(bits) // widest))


def _told(
    needs: Sequence[NeedCode],
    chosen: Sequence[Candidate],
    pool: Sequence[Candidate],
    ties: Ties,
    optimal: bool,
) -> Team:
    inside = {c.id for c in chosen}
    lead = min(chosen, key=lambda c: (-c.main.bit_count(), -c.outside.bit_count(), _key(c, ties)))
    members = [lead, *sorted((c for c in chosen if c is not lead), key=lambda c: _key(c, ties))]
    alternatives = []
    for member in members:
        others = 0
        for other in chosen:
            others |= other.outside if other is not member else 0
        own = member.outside & ~others
        able = [c for c in pool if not own & ~c.outside and c.id not in inside]
        found = nsmallest(_ALTERNATIVES, able, key=lambda c: _key(c, ties))
        if found:
            alternatives.append(Alternatives(member.id, tuple(c.id for c in found)))
    return Team(
        lead.id,
        tuple(Member(c.id, needs_of(needs, c.outside)) for c in members),
        tuple(alternatives),
        optimal,
    )


def needs_of(needs: Sequence[NeedCode], mask: int) -> tuple[NeedCode, ...]:
    return tuple(need for number, need in enumerate(needs) if mask >> number & 1)
