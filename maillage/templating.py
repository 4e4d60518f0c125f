"""Where every page finds its template, and the words that templates may use."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from maillage.referral_shown import short
from maillage.wording import needs_counted, partners_counted, plural


def environment() -> Environment:
    templates = Environment(
        loader=PackageLoader("maillage"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names: Mapping[str, Callable[..., Any]] = {
        "plural": plural,
        "needs_counted": needs_counted,
        "partners_counted": partners_counted,
        "short": short,
    }
    templates.filters.update(names)
    return templates
