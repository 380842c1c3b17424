"""A clean list: drawn from by a stored seed, opened, decided at once; what was opened stays with it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.models import DeskDecision, ExitCase
from households.services.desk.cases import return_case
from households.services.desk.lists import clean_list, decide_list, draw_list, prospect
from households.services.desk.looking import open_case
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.models import DrawnCase, FrozenCopy, Look, Step
from poverty.review.services.looks import drawn_from, is_as_drawn
from tests.actors import client_of
from tests.factories.accounts import make_posting, make_user
from tests.factories.parameters import make_parameter
from tests.households.desk.test_exceptions import change
from tests.households.exits.test_flow import commit_checks

CASE = "households.exitcase"
PLACE = "220503100"


@pytest.fixture
def least(db):
    """One of a list is drawn at least, where nothing else is said."""
    make_parameter("desk.sample_least", "220503", value="1")
    make_parameter("desk.sample_percent", "220503", value="34")


def open_all(draw, actor, *, drawn=True, others=True):
    for one in prospect(draw, actor=actor).openings:
        if (one.drawn and drawn) or (not one.drawn and others):
            open_case(ExitCase.objects.get(pk=one.case_id), actor=actor)


def test_the_sample_follows_the_parameters_of_the_place(waiting, least):
    # 34 % of three, rounded up.
    assert draw_list(PLACE, actor=waiting.reviewer).size == 2


def test_a_short_list_is_opened_whole(waiting):
    draw = draw_list(PLACE, actor=waiting.reviewer)  # at least five
    assert (draw.population, draw.size) == (3, 3)


def test_the_same_seed_draws_the_same_again(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer, seed=20181224)
    drawn = set(DrawnCase.objects.filter(draw=draw, drawn=True).values_list("case_id", flat=True))
    ids = sorted(waiting.cases.values_list("pk", flat=True))
    assert drawn == drawn_from(ids, 20181224, 2)
    assert is_as_drawn(draw)


def test_refused_until_the_drawn_cases_were_opened(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    with pytest.raises(ValidationError, match="抽中的还有 2 户没有打开查看"):
        decide_list(draw, actor=waiting.reviewer)
    assert waiting.states() == ["checked"] * 3
    assert not DeskDecision.objects.exists()


def test_refused_until_every_exception_was_opened(waiting, least):
    change(waiting, transfer_income="600.00")
    draw = draw_list(PLACE, actor=waiting.reviewer)
    assert draw.population == 2
    open_all(draw, waiting.reviewer, others=False)
    with pytest.raises(ValidationError, match="有异常的还有 1 户没有打开查看"):
        decide_list(draw, actor=waiting.reviewer)
    open_all(draw, waiting.reviewer)
    decide_list(draw, actor=waiting.reviewer)
    assert waiting.case().state == "checked"  # what stands out is decided one by one


def test_what_another_opened_does_not_count(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    open_all(draw, waiting.recorder)
    assert prospect(draw, actor=waiting.reviewer).why_not != ""


def test_opened_before_the_drawing_does_not_count(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    earlier = draw.drawn_at - timedelta(minutes=1)
    for case in waiting.cases:
        Look.objects.create(case_type=CASE, case_id=case.pk, user=waiting.reviewer, opened_at=earlier)
    assert len(prospect(draw, actor=waiting.reviewer).unopened) == 2


def test_decided_each_with_its_step_its_copy_and_its_entry(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    open_all(draw, waiting.reviewer)
    Look.objects.update(seconds=7)
    decision = decide_list(draw, actor=waiting.reviewer, comment="同意")
    commit_checks()
    assert waiting.states() == ["reviewed"] * 3
    steps = Step.objects.filter(case_type=CASE, transition="review")
    assert [(one.decided_by, str(one.happened_on), one.comment) for one in steps] == [
        (waiting.reviewer, "2018-12-24", "同意")
    ] * 3
    assert FrozenCopy.objects.filter(step__in=steps).count() == 3
    assert Entry.objects.filter(action=f"{CASE}.review").values("case_id").distinct().count() == 3
    assert (decision.households, decision.left_out) == (3, 0)
    assert list(decision.opened.values_list("drawn", "times", "seconds")) == [(True, 1, 7)] * 2


def test_a_list_is_decided_once(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    open_all(draw, waiting.reviewer)
    decide_list(draw, actor=waiting.reviewer)
    with pytest.raises(ValidationError, match="已经办理"):
        decide_list(draw, actor=waiting.reviewer)


def test_by_who_drew_and_looked_alone(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    open_all(draw, waiting.recorder)
    with pytest.raises(PermissionDenied):
        decide_list(draw, actor=waiting.recorder)


def test_a_drawn_case_sent_back_ends_the_list(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    open_all(draw, waiting.reviewer)
    bad = DrawnCase.objects.filter(draw=draw, drawn=True).first()
    return_case(ExitCase.objects.get(pk=bad.case_id), actor=waiting.reviewer, comment="饮水不达标")
    with pytest.raises(ValidationError, match="抽查没有通过，请重新抽取"):
        decide_list(draw, actor=waiting.reviewer)


def test_who_was_drawn_and_not_decided_does_not_pass_undrawn_in_the_next_list(waiting, least):
    first = draw_list(PLACE, actor=waiting.reviewer)
    seen = set(DrawnCase.objects.filter(draw=first, drawn=True).values_list("case_id", flat=True))
    _, clean, blocked = clean_list(PLACE, actor=waiting.reviewer)
    assert set(blocked) == seen
    assert len(clean) == 1
    # Another's list is another matter, and the first one can still be decided.
    assert len(clean_list(PLACE, actor=waiting.recorder)[1]) == 3
    second = draw_list(PLACE, actor=waiting.reviewer)
    assert second.population == 1
    open_all(first, waiting.reviewer)
    assert decide_list(first, actor=waiting.reviewer).households == 3


def test_what_changed_after_the_drawing_is_left_out(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    other = DrawnCase.objects.get(draw=draw, drawn=False)
    household = ExitCase.objects.get(pk=other.case_id).household_id
    change(waiting, [one.pk for one in waiting.households].index(household), transfer_income="600.00")
    open_all(draw, waiting.reviewer)
    decision = decide_list(draw, actor=waiting.reviewer)
    assert (decision.households, decision.left_out) == (2, 1)
    assert ExitCase.objects.get(pk=other.case_id).state == "checked"
    assert decision.opened.get(case_id=other.case_id).exceptions == ["changed"]


def test_who_acted_in_the_township_finds_the_list_empty(waiting):
    make_posting(waiting.township, Role.COUNTY_REVIEWER, "220503")
    waiting.township.forget_rights()
    _, clean, blocked = clean_list(PLACE, actor=waiting.township)
    assert clean == []
    assert set(blocked.values()) == {"您本轮填报或办理过该户，须由他人审核。"}
    with pytest.raises(ValidationError, match="没有可以按名单办理的户"):
        draw_list(PLACE, actor=waiting.township)


def test_in_another_county_nothing_is_drawn(waiting):
    stranger = make_posting(make_user("邻县"), Role.COUNTY_REVIEWER, "140212").user
    with pytest.raises(PermissionDenied):
        draw_list(PLACE, actor=stranger)


def test_postgresql_refuses_a_decision_without_having_looked(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    with pytest.raises(IntegrityError, match="was not opened"), transaction.atomic():
        DeskDecision.objects.create(
            draw=draw, decided_by=waiting.reviewer, happened_on="2018-12-24", households=3
        )


def test_postgresql_refuses_a_decision_without_its_steps(waiting, least):
    draw = draw_list(PLACE, actor=waiting.reviewer)
    open_all(draw, waiting.reviewer)

    @transaction.atomic
    def decide_without_steps():
        DeskDecision.objects.create(
            draw=draw, decided_by=waiting.reviewer, happened_on="2018-12-24", households=3
        )
        commit_checks()

    with pytest.raises(IntegrityError, match="not as many steps"):
        decide_without_steps()


class TestPages:
    def test_from_the_queue_to_the_decided_list(self, waiting, least):
        client = client_of(waiting.reviewer)
        page = client.get(reverse("households:desk-list", args=[PLACE])).content.decode()
        assert "从 3 户中抽取样本" in page
        answer = client.post(reverse("households:desk-draw", args=[PLACE]))
        draw = client.get(answer.url).context["draw"]
        text = client.get(answer.url).content.decode()
        assert "抽中的还有 2 户没有打开查看" in text
        assert "审核通过名单上的" not in text
        for one in prospect(draw, actor=waiting.reviewer).openings:
            client.post(reverse("households:desk-look", args=[one.case_id]))
        assert "审核通过名单上的 3 户" in client.get(answer.url).content.decode()
        decided = client.post(reverse("households:desk-decide", args=[draw.pk]), follow=True)
        text = decided.content.decode()
        assert "已按名单审核通过 3 户" in text
        assert "按种子重新抽取，结果一致" in text
        assert waiting.states() == ["reviewed"] * 3

    def test_another_reviewer_sees_it_and_cannot_decide_it(self, waiting, least):
        draw = draw_list(PLACE, actor=waiting.reviewer)
        text = (
            client_of(waiting.recorder).get(reverse("households:desk-drawn", args=[draw.pk])).content.decode()
        )
        assert "这份名单由抽取的人（孙审核）查看和办理" in text

    def test_a_day_to_come_is_refused_at_its_field(self, waiting, least):
        draw = draw_list(PLACE, actor=waiting.reviewer)
        open_all(draw, waiting.reviewer)
        answer = client_of(waiting.reviewer).post(
            reverse("households:desk-decide", args=[draw.pk]),
            {"happened_on": "2019-01-05", "comment": "同意"},
        )
        assert answer.status_code == 422
        assert 'value="同意"' in answer.content.decode()
        assert waiting.states() == ["checked"] * 3
