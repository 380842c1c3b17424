"""Ability to work against age and health (forms.md 8, Labour).

Whoever is at school is not asked why he does no work.
"""

from django.db.models import Q

from households.checks.check import Severity, of_person
from households.checks.people import HEALTHY_NOW, WORKS
from households.checks.terms import Terms
from households.options.school_status import NOT_AT_SCHOOL

WARNING, NOTICE = Severity.WARNING, Severity.NOTICE
_AGES = ("check.labour_age_from", "check.labour_age_to")
_FACTS = "member__birth_date facts__labour_skill"


def _of_age(terms: Terms) -> Q:
    return Q(
        member__birth_date__lte=terms.aged(terms["check.labour_age_from"]),
        member__birth_date__gt=terms.older_than(terms["check.labour_age_to"]),
    )


CHECKS = (
    of_person(
        "labour.healthy_without",
        "劳动年龄内、健康，却填无劳动力。",
        WARNING,
        lambda terms: (
            HEALTHY_NOW
            & _of_age(terms)
            & Q(facts__labour_skill="none", facts__school_status__in=["", NOT_AT_SCHOOL])
        ),
        f"{_FACTS} facts__health_states facts__school_status",
        parameters=_AGES,
    ),
    of_person(
        "labour.healthy_lost",
        "健康，却填丧失劳动力。",
        WARNING,
        HEALTHY_NOW & Q(facts__labour_skill="lost"),
        "facts__labour_skill facts__health_states",
    ),
    of_person(
        "labour.too_young",
        "未到劳动年龄，却填有劳动力。",
        WARNING,
        lambda terms: WORKS & Q(member__birth_date__gt=terms.aged(terms["check.labour_age_from"])),
        _FACTS,
        parameters=("check.labour_age_from",),
    ),
    of_person(
        "labour.old_without_work",
        "超过劳动年龄、没有务工，却填有劳动力。",
        NOTICE,
        lambda terms: (
            WORKS
            & Q(member__birth_date__lte=terms.older_than(terms["check.labour_age_to"]), facts__work_months=0)
        ),
        f"{_FACTS} facts__work_months",
        parameters=("check.labour_age_to",),
    ),
)
