"""Real transactions at the same time: one wins, the other is told."""

import pytest
from django.db import transaction

from poverty.review.batch import fire_many
from poverty.review.errors import ChangedMeanwhile, NotAllOfThem
from poverty.review.models import Step
from poverty.review.services import fire
from tests.actors import VILLAGE_A
from tests.at_once import at_once
from tests.factories.accounts import make_actor
from tests.review.cases import Case, make_case

pytestmark = pytest.mark.serial


@pytest.fixture
def proposed(real_transactions):
    """Twelve cases that the village proposed."""
    clerk = make_actor("village_clerk", VILLAGE_A)
    with transaction.atomic():
        for _ in range(12):
            make_case()
        fire_many("open", Case.objects.all(), actor=clerk)
    fire_many("propose", Case.objects.all(), actor=clerk)


def test_two_people_fire_one_transition(proposed):
    checkers = [make_actor("village_clerk", VILLAGE_A) for _ in range(4)]
    for number, checker in enumerate(checkers):
        checker.name = f"核实人{number}"
        checker.save()
    for case in Case.objects.order_by("pk"):
        seen = [Case.objects.get(pk=case.pk) for _ in checkers]
        results = at_once(
            *(
                lambda mine=mine, checker=checker: fire("check", mine, actor=checker)
                for mine, checker in zip(seen, checkers, strict=True)
            )
        )
        assert sorted(type(result).__name__ for result in results) == ["ChangedMeanwhile"] * 3 + ["Step"]
        assert isinstance(next(r for r in results if not isinstance(r, Step)), ChangedMeanwhile)
    assert Step.objects.filter(transition="check").count() == 12


def test_two_lists_over_the_same_cases(proposed):
    checkers = [make_actor("village_clerk", VILLAGE_A) for _ in range(2)]
    for number, checker in enumerate(checkers):
        checker.name = f"核实人{number}"
        checker.save()
    results = at_once(
        *(
            lambda checker=checker: fire_many("check", Case.objects.all(), actor=checker)
            for checker in checkers
        )
    )
    assert sorted(map(str, results))[0] == "12"
    (refused,) = [result for result in results if result != 12]
    assert isinstance(refused, NotAllOfThem)
    assert refused.total == 12
    assert Step.objects.filter(transition="check").count() == 12
