"""Which partner is which site of the reference: the same place, said by a list and by the reference. Pure."""

from collections.abc import Mapping

from graph.directory import Directory
from graph.model import Partner, PartnerId, PartnerKind
from graph.names import folded
from graph.reference import Reference, Site

_SMALL = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"})


def sites(directory: Directory, reference: Reference) -> Mapping[str, PartnerId]:
    """Of each site, by its code, the partner of kind `site` that says all its words in the same commune.

    The name of the commune may be left out, as the partner's commune may be unknown. A site that no partner says, or
    that two say as well, is absent; a partner is one site: the one it says best.
    """
    places = [p for p in directory.partners.values() if p.kind is PartnerKind.SITE]
    ranked = sorted(
        (rank, code, partner.id)
        for code, site in reference.sites.items()
        for partner in places
        if (rank := _rank(site, partner, reference)) is not None
    )
    found: dict[str, PartnerId] = {}
    for rank, code, id in ranked:
        rivals = [1 for r, c, i in ranked if r == rank and ((c == code) != (i == id))]
        if code not in found and id not in found.values() and not rivals:
            found[code] = id
    return {code: found[code] for code in reference.sites if code in found}


def _rank(site: Site, partner: Partner, reference: Reference) -> tuple[bool, int, int] | None:
    """Smaller is nearer; None when the partner cannot be that site."""
    if partner.commune is not None and partner.commune != site.commune:
        return None
    told, said = _words(site.name), _words(partner.name)
    commune = reference.communes.get(site.commune)
    place = _words(commune.name) if commune is not None else frozenset()
    if not told - place <= said or (not told - place and partner.commune is None):
        return None
    return partner.commune is None, -len(told & said), len(said - told)


def _words(text: str) -> frozenset[str]:
    return frozenset(folded(text).split()) - _SMALL
