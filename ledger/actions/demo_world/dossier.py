"""What is said of the tea beside its events: who the parties are, where the places lie, what the goods are, what was found."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.actions.demo_world import examined, goods
from ledger.actions.demo_world.companies import COMPANIES, LOOKED_UP, Company
from ledger.actions.demo_world.identifiers import CERTIFIER, COMPANY_PREFIX, LABORATORY, MEMBERS, TIN_GTIN, WORKS, Member, product
from ledger.actions.demo_world.likenesses.keep_likenesses import keep_likenesses
from ledger.actions.demo_world.likenesses.tin_model import tin_model
from ledger.actions.demo_world.likenesses.tin_picture import TEA_TIN, tin_picture
from ledger.actions.demo_world.places import PLACES
from ledger.actions.demo_world.stage import Stage
from ledger.trade.dossier.bodies.described import PlaceDescribed


def tell_dossier(stage: Stage) -> None:
    """Say all of it, each party for itself."""
    stage.license_prefix(COMPANY_PREFIX, WORKS)
    introduce(stage, MEMBERS, COMPANIES, PLACES)
    for checker, checks in LOOKED_UP.items():
        stage.say(checker, *(COMPANIES[name].checked(name, stage.calendar, day) for name, day in checks))
    picture, model = keep_likenesses(stage, product(TIN_GTIN), tin_picture(TEA_TIN), tin_model(), by=WORKS)
    stage.say(WORKS, goods.LEAF, goods.TEA, goods.tin_described(picture, model))
    stage.say(CERTIFIER, *examined.certificates(stage.calendar), examined.weighing(stage.calendar))
    stage.say(LABORATORY, examined.blend_report(stage.calendar))


def introduce(
    stage: Stage,
    members: Mapping[str, Member],
    companies: Mapping[str, Company],
    places: Mapping[str, tuple[PlaceDescribed, ...]],
) -> None:
    """Have each party say who it is, and where its places lie."""
    for name, company in companies.items():
        stage.say(name, company.described(name, members[name], stage.calendar), *places.get(name, ()))
