"""A visit to a household that is no longer the sender's: kept whole, until the village or the township takes it."""

from households.models import VisitFact
from households.options.visits import HELD
from households.visits.services.income import sheet_facts, tell_line
from households.visits.services.merging import Told
from households.visits.services.needs import need_fact


def keep_whole(told: Told) -> None:
    """Keep what a held visit says, fact by fact, beside nothing that it could have changed."""
    waits = {"area_code": told.home.area_id, "outcome": HELD, "said": told.held}
    told.facts = [
        VisitFact(member_id=one.member, field=one.field, base=one.base, value=one.value, **waits)
        for one in told.sent.facts
    ]
    if told.sent.income is not None:
        told.facts += [
            VisitFact(field=name, base=tell_line(base), value=tell_line(value), **waits)
            for name, (base, value) in sheet_facts(told.sent.income).items()
            if base != value
        ]
    told.facts += [need_fact(one, told.home.area_id, outcome=HELD, said=told.held) for one in told.sent.needs]
