"""The findings of an evaluation, strongest first: only what the numbers carry. Pure."""

from collections.abc import Mapping

from graph.counted import Counted
from graph.families import families, told_once, with_parents
from graph.finding import Finding
from graph.fragile import fragile
from graph.model import NeedCode
from graph.said import Names
from graph.standing_out import standing_out


def findings(counted: Counted, names: Names, able: Mapping[NeedCode, int]) -> list[Finding]:
    """*able*: how many partners can help with each need somewhere."""
    organisations = families(counted, names.partners)
    whole = with_parents(counted, organisations)
    found = told_once([*standing_out(whole, names), *fragile(whole, names, able, organisations)], organisations)
    return sorted(found, key=lambda f: (-f.strength, f.kind, f.text))
