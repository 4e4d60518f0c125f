"""What an evaluation found: one fact that the numbers carry, with how sure it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graph.facts import FactKind
from graph.statistics import Interval

Said: TypeAlias = str | float | Sequence[str]


@dataclass(frozen=True)
class Finding:
    """`about` holds what the fact is about, under the keys of that kind: `partner`, `need`, `epci`, `from`…

    `strength` orders: ten to the minus strength is about the chance that it is none. `n` observations carry it.
    """

    kind: FactKind
    about: Mapping[str, Said]
    n: int
    value: float
    interval: Interval | None
    text: str
    strength: float

    def json(self) -> dict[str, object]:
        low_high = None if self.interval is None else [round(self.interval.low, 4), round(self.interval.high, 4)]
        about = {key: list(said) if isinstance(said, tuple) else said for key, said in self.about.items()}
        return {
            "kind": self.kind.value,
            **about,
            "n": self.n,
            "value": round(self.value, 4),
            "interval": low_high,
            "text": self.text,
        }
