"""What an idempotency key is bound to, and the ids that are made from it: sent twice, a write finds itself again."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from datetime import date
from uuid import UUID

from graph.model import IdempotencyKey

Told = object


def spelled(act: str, **told: Told) -> str:
    """The call in one spelling, whatever the order in which sets were given."""
    return json.dumps([act, {name: _plain(value) for name, value in sorted(told.items())}], ensure_ascii=False)


def derived(key: IdempotencyKey, kind: str) -> str:
    """A UUID that only *key* and *kind* decide. It is as random as the key, and shaped as a random one is."""
    digest = hashlib.sha256(f"{kind}\x1f{key}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


def _plain(value: Told) -> Told:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(told) for name, told in sorted(asdict(value).items())}
    if isinstance(value, frozenset | set):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    raise TypeError(f"a call cannot be told by a {type(value).__name__}")
