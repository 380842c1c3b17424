"""What a check is: a code, a sentence, how grave it is, and a condition over annotated rows of a year."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, TextChoices

from households.checks.terms import Terms


class Severity(TextChoices):
    """How grave a finding is."""

    ERROR = "error", "错误"
    WARNING = "warning", "警告"
    NOTICE = "notice", "提示"


class Subject(TextChoices):
    """What a finding is about."""

    HOUSEHOLD = "household", "户"
    PERSON = "person", "人"


@dataclass(frozen=True)
class Check:
    """One rule. `code` is stable: findings, counts and answers are kept under it.

    `message` names no person and no value. `condition` is over the rows of its subject (figures.households,
    people.persons); what is NULL there does not fulfil it. `rests_on`: the columns of these rows whose change
    asks an answered finding again. `parameters`: the thresholds it reads. `sector`: the bureau that sees it
    besides those who see the household whole; "" none.
    """

    code: str
    message: str
    severity: Severity
    subject: Subject
    condition: Callable[[Terms], Q]
    rests_on: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    sector: str = ""


def of_household(code, message, severity, condition, rests_on, **rest) -> Check:
    """A check of households; `condition` is a Q, or a function of the year's terms."""
    return _check(code, message, severity, Subject.HOUSEHOLD, condition, rests_on, rest)


def of_person(code, message, severity, condition, rests_on, **rest) -> Check:
    """A check of persons; `condition` is a Q, or a function of the year's terms."""
    return _check(code, message, severity, Subject.PERSON, condition, rests_on, rest)


def _check(code, message, severity, subject, condition, rests_on, rest) -> Check:
    asked = condition if callable(condition) else lambda terms: condition
    return Check(code, message, severity, subject, asked, tuple(rests_on.split()), **rest)


# Selects nothing: where a line is not known for the year, nobody is above or below it.
NOBODY = Q(pk__in=[])
