"""Samples, looks, replay, deadlines, late entry: what is asked about cases after the fact."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.review.deadlines import late, with_due_days
from poverty.review.late_entries import NO_UNIT, by_unit, late_entries
from poverty.review.models import DrawnCase, FrozenCopy, Look
from poverty.review.services import fire
from poverty.review.services.looks import (
    add_to_look,
    draw_sample,
    is_as_drawn,
    looked_at,
    not_looked_at,
    open_look,
)
from poverty.review.services.replay import differing, replay
from poverty.review.workflows import Replayed
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.accounts import make_posting, make_user
from tests.factories.parameters import make_parameter
from tests.review.cases import Case, make_case
from tests.review.lists import CASE, checked_cases, listed, posted

TODAY = timezone.localdate


@pytest.fixture
def cases(actors):
    checker = make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user
    return checked_cases(actors, checker, 10, on=None)


@pytest.fixture
def draw(actors, cases):
    return draw_sample(
        CASE,
        "verify",
        Case.objects.all(),
        area_code=VILLAGE_A[:9],
        size=3,
        actor=actors["township_officer"],
        seed=20181103,
    )


class TestSamples:
    def test_the_seed_draws_the_same_again(self, actors, draw):
        again = draw_sample(
            CASE,
            "verify",
            Case.objects.all(),
            area_code=VILLAGE_A[:9],
            size=3,
            actor=actors["township_officer"],
            seed=20181103,
        )
        first, second = (
            set(DrawnCase.objects.filter(draw=one, drawn=True).values_list("case_id", flat=True))
            for one in (draw, again)
        )
        assert first == second
        assert len(first) == 3
        assert (draw.population, draw.size) == (10, 3)
        assert is_as_drawn(draw)

    def test_more_than_there_are_is_all(self, actors, cases):
        draw = draw_sample(
            CASE, "verify", Case.objects.all(), area_code=VILLAGE_A, size=99, actor=actors["village_clerk"]
        )
        assert draw.size == 10

    def test_of_nothing_nothing_is_drawn(self, actors, cases):
        with pytest.raises(ValidationError, match="没有可以抽查的户"):
            draw_sample(
                CASE, "verify", Case.objects.none(), area_code=VILLAGE_A, size=1, actor=actors["leader"]
            )

    def test_whom_nobody_opened_is_told(self, actors, draw):
        officer = actors["township_officer"]
        first, second, third = not_looked_at(draw, officer)
        look = open_look(CASE, first, user=officer)
        open_look(CASE, second, user=actors["county_reviewer"])  # another person's look does not count
        assert add_to_look(look.pk, 42, user=officer)
        assert not add_to_look(look.pk, 7, user=officer)  # never shrinks
        assert not add_to_look(look.pk, 90, user=actors["county_reviewer"])
        assert not_looked_at(draw, officer) == [second, third]
        assert [one.seconds for one in looked_at(draw, officer)] == [42, None, None]

    def test_a_look_and_a_sample_stay(self, actors, draw):
        open_look(CASE, 1, user=actors["leader"])
        for write in (
            lambda: Look.objects.update(case_id=2),
            lambda: Look.objects.all().delete(),
            lambda: DrawnCase.objects.update(drawn=True),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                write()


def judged_again(content):
    """Persons of a frozen copy against the frozen requirement of one person."""
    persons = int(content["persons"])
    return [Replayed("在册人口", "≥1", str(persons), "met", "met" if persons >= 1 else "unmet")]


class TestReplay:
    @pytest.fixture
    def cases(self, actors):
        checker = make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user
        return checked_cases(actors, checker)

    @pytest.fixture
    def copy(self, actors, cases):
        posted(actors, listed(actors, cases, made_on=date(2018, 10, 8)), TODAY() - timedelta(days=8))
        step = fire("examine", cases[0], actor=actors["township_officer"])
        return FrozenCopy.objects.get(step=step)

    def test_a_copy_gives_again_what_it_gave(self, copy, told):
        told(replay=judged_again)
        assert [(one.label, one.now, one.same) for one in replay(copy)] == [("在册人口", "met", True)]
        assert differing(copy) == []

    def test_a_procedure_that_cannot_judge_again_says_so(self, copy):
        with pytest.raises(ValueError, match="does not say"):
            replay(copy)

    def test_a_copy_that_is_not_what_was_hashed(self, copy, told):
        told(replay=judged_again)
        copy.content = '{"persons":"9"}'
        with pytest.raises(ValueError, match="not what was frozen"):
            replay(copy)


class TestDeadlines:
    def test_who_waits_too_long_is_late(self, actors, cases, told):
        workflow = told(
            deadlines={"checked": "objection.answer_days"}
        )  # 15 days unless a place says otherwise
        day = TODAY() + timedelta(days=15)
        assert not late(workflow, Case.objects.all(), day, area_code=COUNTY_A).exists()
        assert late(workflow, Case.objects.all(), day + timedelta(days=1), area_code=COUNTY_A).count() == 10
        assert with_due_days(workflow, Case.objects.all(), TODAY()).first().due_on == day

    def test_the_place_sets_its_own_days(self, actors, cases, told):
        workflow = told(deadlines={"checked": "objection.answer_days"})
        make_parameter("objection.answer_days", COUNTY_A, date(2016, 1, 1), "3")
        day = TODAY() + timedelta(days=4)
        assert late(workflow, Case.objects.all(), day, area_code=COUNTY_A).count() == 10
        assert late(workflow, Case.objects.all(), day, area_code=VILLAGE_A).count() == 10

    def test_a_state_without_deadline_is_never_late(self, cases, told):
        workflow = told(deadlines={"draft": "objection.answer_days"})
        assert not late(workflow, Case.objects.all(), TODAY() + timedelta(days=99)).exists()
        assert with_due_days(workflow, Case.objects.all(), TODAY()).first().due_on is None

    def test_in_few_queries(self, cases, told, django_assert_max_num_queries):
        workflow = told(deadlines={"checked": "objection.answer_days", "draft": "notice.first_days"})
        with django_assert_max_num_queries(2):
            list(late(workflow, Case.objects.all(), TODAY() + timedelta(days=99), area_code=COUNTY_A))


class TestLateEntry:
    def test_by_unit_with_days(self, actors, cases, strangers):
        paper = TODAY() - timedelta(days=10)
        officer = actors["township_officer"]
        fire("verify", cases[0], actor=officer)
        for days in (10, 6):
            case = make_case()
            fire(
                "open",
                case,
                actor=actors["village_clerk"],
                happened_on=TODAY() - timedelta(days=days),
                late_reason="山洪断路",
            )
        found = late_entries(actors["county_reviewer"], area_code=COUNTY_A)
        assert sorted(one.late_days for one in found) == [6, 10]
        assert found.get(happened_on=paper).days_late == 10
        (row,) = by_unit(found)
        assert (row["steps"], row["longest"], row["mean"]) == (2, 10, 8.0)
        assert row["unit"] == (actors["village_clerk"].unit.name if actors["village_clerk"].unit else NO_UNIT)
        assert not late_entries(strangers["county_reviewer"]).exists()
        assert not late_entries(actors["county_reviewer"], last=TODAY() - timedelta(days=1)).exists()
