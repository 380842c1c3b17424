"""Saving a fact with its verdict, on the full register: by the service, and by the page that sends it."""

from contextlib import nullcontext
from decimal import Decimal
from random import Random

from django.db import connection
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment
from django.urls import reverse

from households.models import Assessment, Household, Survey
from households.services.surveys import save_survey
from tests.bench.output import figure, percentile, seconds
from tests.bench.pages import client_of
from tests.bench.register import YEAR, clerk
from tests.factories.web import typed

SAVES = 200
PAGE_SAVES = 60
COUNTED = 10
WARM = 10  # saves that warm the connection


class _Cases:
    """Random surveys, each with the clerk of its village."""

    def __init__(self, seed: int, **which):
        self.rng = Random(seed)
        self.ids = list(
            Survey.objects.filter(year=YEAR, household__assessments__year=YEAR, **which)
            .order_by("household_id")
            .values_list("household_id", flat=True)
        )
        self.people: dict = {}

    def next(self):
        survey = Survey.objects.get(household=self.rng.choice(self.ids), year=YEAR)
        village = survey.area_id
        if village not in self.people:
            self.people[village] = clerk(village)
        return survey, self.people[village]


def _check(household_id: int) -> None:
    version = Household.objects.values_list("facts_version", flat=True).get(pk=household_id)
    if Assessment.objects.get(household=household_id, year=YEAR).facts_version != version:
        raise RuntimeError("a save returned before its verdict was stored")


def save_with_verdict() -> None:
    """Change the wage income of random households; the verdict is stored when save_survey returns."""
    cases = _Cases(7)
    times, statements = [], []
    for number in range(SAVES + COUNTED):
        survey, actor = cases.next()
        amount = Decimal(cases.rng.randrange(0, 4_000_000)) / 100

        def save(survey=survey, amount=amount, actor=actor):
            save_survey(survey, {"wage_income": amount}, actor=actor)

        if number < SAVES:
            times.append(seconds(save) * 1000)
        else:
            with CaptureQueriesContext(connection) as queries:
                save()
            statements.append(len(queries))
        _check(survey.household_id)
    n = Household.objects.count()
    figure("save_with_verdict_median", n, percentile(times[WARM:], 0.5), "ms")
    figure("save_with_verdict_p95", n, percentile(times[WARM:], 0.95), "ms", reach="value <= 30")
    figure(
        "save_with_verdict_statements", n, max(statements), "statements", median=percentile(statements, 0.5)
    )


def save_by_page() -> None:
    """The same from outside: the form of living conditions is sent, the answer says the new verdict."""
    # Where grade and flag agree, so that the form has nothing to ask.
    cases = _Cases(8, is_dangerous_house=False, dangerous_grade__in=["a", "b"])
    times, statements = [], []
    setup_test_environment()  # the forms of a page are read from its context
    for number in range(PAGE_SAVES + COUNTED):
        survey, actor = cases.next()
        client = client_of(actor)
        address = reverse("households:survey-edit", args=[survey.household_id, YEAR])
        page = client.get(address)
        sent = typed(page.context["form"], cultivated_land=str(cases.rng.randrange(1, 2000) / 100))
        sent |= typed(page.context["collecting"], happened_on=f"{YEAR}-09-25", late_reason="测速")

        def post(client=client, address=address, sent=sent):
            answer = client.post(address, sent)
            if answer.status_code != 302:
                faults = answer.context and [answer.context[name].errors for name in ("form", "collecting")]
                raise RuntimeError(f"{address} answered {answer.status_code} to what was sent: {faults}")

        with CaptureQueriesContext(connection) if number >= PAGE_SAVES else nullcontext() as queries:
            took = seconds(post) * 1000
        if queries is None:
            times.append(took)
        else:
            statements.append(len(queries))
        _check(survey.household_id)
    teardown_test_environment()
    n = Household.objects.count()
    figure("save_by_page_median", n, percentile(times[WARM:], 0.5), "ms")
    figure("save_by_page_p95", n, percentile(times[WARM:], 0.95), "ms", reach="value <= 30")
    figure("save_by_page_statements", n, max(statements), "statements", median=percentile(statements, 0.5))
