"""What reading a list gives, and how a mention gets an id that does not depend on its row."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from graph.model import DomainCode, Mention, MentionId
from graph.names import folded
from graph.resolution import LABEL


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a part of one, that names nobody: prose, linking words, counts of seats."""

    source: str
    line: int
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Rejected:
    source: str
    line: int
    reason: str  # one French sentence


@dataclass(frozen=True)
class Reading:
    """One list as read. `labels` are headings and categories: mentions that resolve to `NOT_A_PARTNER`.

    `notes` are French sentences on what was read and left aside; nothing was refused.
    """

    source: str
    mentions: tuple[Mention, ...] = ()
    labels: tuple[Mention, ...] = ()
    prose: tuple[Line, ...] = ()
    links: tuple[Line, ...] = ()
    refused: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def everything(self) -> tuple[Mention, ...]:
        """Mentions and labels in the order of the list: what `graph.resolution.resolve` takes."""
        return tuple(sorted((*self.mentions, *self.labels), key=lambda m: (m.line, m.position, -len(m.raw))))


@dataclass
class MentionIds:
    """Ids of one list: equal rows get numbered ids, so that their order does not matter."""

    source: str
    seen: Counter[str] = field(default_factory=Counter)

    def mention(
        self,
        line: int,
        position: int,
        raw: str,
        *,
        label: bool = False,
        domain: DomainCode | None = None,
        subcategory: str | None = None,
        within: str | None = None,
        commune: str | None = None,
        acronym: str | None = None,
        college: str | None = None,
        seats: int = 0,
        deputies: int = 0,
    ) -> Mention:
        parts = (self.source, raw, within, domain, subcategory, commune, acronym, college, str(label))
        key = "\x1f".join(part or "" for part in parts)
        number = self.seen[key]
        self.seen[key] += 1
        digest = hashlib.sha256(f"{key}\x1f{number}".encode()).hexdigest()[:16]
        readable = "-".join(folded(raw).split())[:40].strip("-") or "mention"
        return Mention(
            id=MentionId(f"{LABEL if label else ''}{readable}-{digest}"),
            source=self.source,
            line=line,
            position=position,
            raw=raw,
            domain=domain,
            subcategory=subcategory,
            within=within,
            commune=commune,
            acronym=acronym,
            college=college,
            seats=seats,
            deputies=deputies,
        )
