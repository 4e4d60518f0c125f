"""What a caller sends about young people, turned into checked domain values. Closed lists only."""

from datetime import date

import strawberry

from graph import model, referral
from graph.cosupport import Role
from graph.errors import RequestRefused
from graph.referral import NeedResult, SaidBy
from resolvers.cosupports import Place
from schema.guard import CAPS

MEMBERS_MAX = CAPS["ProposedCoSupport.members"]


@strawberry.input(description="A booklet: codes, and nothing that names a person.")
class IntakeInput:
    age: int = strawberry.field(description="Completed years, 14 to 30.")
    commune: str = strawberry.field(description="INSEE code of where the young person lives.")
    programme: str
    site: str = strawberry.field(description="Id of the site, or its code.")
    needs: list[str]
    situations: list[str] = strawberry.field(default_factory=list)
    sectors: list[str] = strawberry.field(default_factory=list)
    received_on: date | None = strawberry.field(default=None, description="Today when it is not said.")
    id: str | None = strawberry.field(default=None, description="A random UUID; made from the key when it is absent.")


@strawberry.input(description="Of a need by the adviser or the young person; of the service by the partner.")
class NeedOutcomeInput:
    need: str | None = None
    result: NeedResult
    said_by: SaidBy

    def to_domain(self) -> referral.NeedOutcome:
        need = None if self.need is None else model.NeedCode(self.need)
        return referral.NeedOutcome(need, self.result, self.said_by)


@strawberry.input(description="A place in a co-support.")
class PlaceInput:
    partner: strawberry.ID
    service: strawberry.ID | None = None
    role: Role = Role.MEMBER

    def to_domain(self) -> Place:
        service = None if self.service is None else model.ServiceId(self.service)
        return Place(model.PartnerId(self.partner), service, self.role)


def places(given: list[PlaceInput] | None) -> tuple[Place, ...] | None:
    """Raises RequestRefused for a group that is too large."""
    if given is not None and len(given) > MEMBERS_MAX:
        raise RequestRefused(f"Un co-accompagnement réunit {MEMBERS_MAX} partenaires au plus.")
    return None if given is None else tuple(place.to_domain() for place in given)


def needs(codes: list[str]) -> frozenset[model.NeedCode]:
    return frozenset(map(model.NeedCode, codes))
