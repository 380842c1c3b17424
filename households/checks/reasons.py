"""Reasons of poverty (forms.md 8, Reasons): each reason needs somebody, or something, that bears it out."""

from django.db.models import F, Q

from households.checks.check import Severity, of_household
from households.checks.figures import ON_REGISTER

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_ALL_HEALTH = Q(persons__gt=0, health_unknown=0)
_ALL_SCHOOL = Q(persons__gt=0, school_unknown=0)


def _student(terms) -> Q:
    return Q(senior_students=0) if terms["check.schooling_needs_senior"] else Q(students=0)


def _pair(name: str, cause: str, word: str, what: str, condition, rests_on: str, parameters=()):
    """The rule for the main reason, and the milder one for the others."""

    def asked(terms):
        return condition(terms) if callable(condition) else condition

    return (
        of_household(
            f"reason.{name}",
            f"主要致贫原因为{word}，{what}",
            WARNING,
            lambda terms: ON_REGISTER & Q(main_cause=cause) & asked(terms),
            f"main_cause {rests_on}",
            parameters=parameters,
        ),
        of_household(
            f"reason.other_{name}",
            f"其他致贫原因有{word}，{what}",
            NOTICE,
            lambda terms: ON_REGISTER & Q(other_causes__contains=[cause]) & asked(terms),
            f"other_causes {rests_on}",
            parameters=parameters,
        ),
    )


CHECKS = (
    of_household(
        "reason.missing", "没有填主要致贫原因。", ERROR, ON_REGISTER & Q(main_cause=""), "main_cause kind"
    ),
    of_household(
        "reason.repeated",
        "其他致贫原因两项相同。",
        WARNING,
        Q(other_causes__len=2, other_causes__0=F("other_causes__1")),
        "other_causes",
    ),
    *_pair(
        "illness",
        "illness",
        "因病",
        "家中没有患病成员。",
        _ALL_HEALTH & Q(sick=0),
        "sick persons health_unknown",
    ),
    *_pair(
        "disability",
        "disability",
        "因残",
        "家中没有残疾成员。",
        _ALL_HEALTH & Q(disabled=0),
        "disabled persons health_unknown",
    ),
    *_pair(
        "schooling",
        "schooling",
        "因学",
        "家中没有（相应学段的）在校生。",
        lambda terms: _ALL_SCHOOL & _student(terms),
        "students senior_students persons school_unknown",
        ("check.schooling_needs_senior",),
    ),
    *_pair(
        "labour",
        "labour",
        "缺劳力",
        "家中劳动力不少。",
        lambda terms: Q(workers__gte=terms["check.workers_with_labour_cause"]),
        "workers",
        ("check.workers_with_labour_cause",),
    ),
)
