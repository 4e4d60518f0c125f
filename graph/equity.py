"""Whether publics and territories are served alike: referrals per young person, and how long an answer takes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.statistics import Ratio, Survival, kaplan_meier, rate_ratio


@dataclass(frozen=True, slots=True)
class Group:
    """`sent` referrals for `youths` young people of that group; `ratio` against the other groups of its axis.

    `youths` are those received in the period, or, where intakes do not tell the group, those referred at least once.
    """

    axis: str
    code: str
    sent: int
    youths: int
    ratio: Ratio | None
    answered: int
    accepted: int
    waits: Survival

    @property
    def per_hundred(self) -> float | None:
        return 100 * self.sent / self.youths if self.youths >= 5 else None


def groups(
    axis: str,
    sent: Mapping[str, tuple[int, int, int]],
    youths: Mapping[str, int],
    waits: Mapping[str, Iterable[tuple[int, bool, int]]] | None = None,
) -> list[Group]:
    """*sent*: (sent, answered, accepted) by group."""
    all_sent, all_youths = sum(s for s, _, _ in sent.values()), sum(youths.values())
    found: list[Group] = []
    for code in sorted(sent.keys() | youths.keys()):
        out, answered, accepted = sent.get(code, (0, 0, 0))
        who = youths.get(code, 0)
        found.append(
            Group(
                axis,
                code,
                out,
                who,
                rate_ratio(out, who, all_sent - out, all_youths - who),
                answered,
                accepted,
                kaplan_meier((waits or {}).get(code, ())),
            )
        )
    return found
