"""Visits for tests: as a phone would send them."""

from datetime import date
from uuid import uuid4

from households.models import VisitTemplate
from households.visits.sent import Sent, SentFact
from households.visits.services.templates import load_templates


def make_template(year=2018):
    """The template that comes with the system and is asked in a year."""
    load_templates()
    return VisitTemplate.objects.for_place("220503100204", year).first()


def make_sent(household, *, template=None, **fields):
    """A visit to a household on 3 November 2018 that says nothing, unless told otherwise."""
    return Sent(
        **{
            "identity": uuid4(),
            "household": getattr(household, "pk", household),
            "year": 2018,
            "template": (template or make_template()).pk,
            "happened_on": date(2018, 11, 3),
            **fields,
        }
    )


def fact(field, base, value, member=None):
    """A fact that a visitor saw as `base` and says to be `value`."""
    return SentFact(field, base, value, getattr(member, "pk", member))
