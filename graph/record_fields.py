"""Reading one neutral record: each key with its type, or FileRefused with the number of the record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from graph.errors import FileRefused
from graph.store import Record

Value = TypeVar("Value")


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def instant(value: datetime) -> str:
    """UTC with microseconds always, so that the order of the texts is the order of the times."""
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return found.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys of one record, the *line*-th of its file."""

    record: Record
    line: int

    def built(self, value_of: Callable[["Fields"], Value]) -> Value:
        """What *value_of* makes of this record; FileRefused names the line of a value that cannot be true."""
        try:
            return value_of(self)
        except ValueError as problem:
            raise FileRefused("export", "cette ligne contient une valeur impossible", self.line) from problem

    def text(self, key: str) -> str:
        return self._typed(key, str)

    def maybe(self, key: str) -> str | None:
        return None if self._absent(key) else self._typed(key, str)

    def number(self, key: str) -> int:
        value = self._typed(key, int)
        if isinstance(value, bool) or not -(2**63) <= value < 2**63:
            raise self._wrong(key)
        return value

    def maybe_number(self, key: str) -> int | None:
        return None if self._absent(key) else self.number(key)

    def decimal(self, key: str) -> float:
        return self._typed(key, float)

    def flag(self, key: str) -> bool:
        return self._typed(key, bool)

    def texts(self, key: str) -> list[str]:
        values = self._typed(key, list)
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(key)
        return values

    def groups(self, key: str) -> list[list[str]]:
        values = self._typed(key, list)
        if not all(isinstance(group, list) and all(isinstance(v, str) for v in group) for group in values):
            raise self._wrong(key)
        return values

    def seats(self, key: str) -> list[tuple[str, int, int]]:
        found: list[tuple[str, int, int]] = []
        for value in self._typed(key, list):
            match value:
                case [str(college), int(holders), int(deputies)]:
                    found.append((college, holders, deputies))
                case _:
                    raise self._wrong(key)
        return found

    def maybe_day(self, key: str) -> date | None:
        text = self.maybe(key)
        return None if text is None else date.fromisoformat(text)

    def instant(self, key: str) -> datetime:
        return from_instant(self.text(key))

    def maybe_instant(self, key: str) -> datetime | None:
        text = self.maybe(key)
        return None if text is None else from_instant(text)

    def _typed(self, key: str, kind: type[Value]) -> Value:
        if key not in self.record or not isinstance(self.record[key], kind):
            raise self._wrong(key)
        value: Value = self.record[key]
        return value

    def _absent(self, key: str) -> bool:
        if key not in self.record:
            raise self._wrong(key)
        return self.record[key] is None

    def _wrong(self, key: str) -> FileRefused:
        return FileRefused("export", f"« {key} » manque ou n'a pas la forme attendue", self.line)
