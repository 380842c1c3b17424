"""A notice holds the next step back until it has ended; an objection holds one household and not the others."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.review.errors import NotAllOfThem
from poverty.review.models import FrozenCopy, Notice, Objection, Step
from poverty.review.services import available, fire
from poverty.review.services.freezing import content_of, damaged
from poverty.review.services.notices import hash_of, withdraw_notice
from poverty.review.services.objections import (
    give_receipt,
    next_working_day,
    receive_objection,
    settle_objection,
)
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_posting, make_user
from tests.review.cases import Case
from tests.review.lists import checked_cases, fire_roster, listed, posted


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def checker(db):
    return make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user


@pytest.fixture
def cases(actors, checker):
    return checked_cases(actors, checker)


@pytest.fixture
def roster(actors, cases):
    return listed(actors, cases, made_on=date(2018, 10, 8))


def object_to(notice, case, actors, **fields):
    fields = {"channel": "paper", "about": "王建国", "text": "家里有小汽车"} | fields
    return receive_objection(notice, case_id=case.pk, actor=actors["village_clerk"], **fields)


def examine(roster, actors):
    return fire_roster("examine", roster, Case.objects.all(), actor=actors["township_officer"])


def test_without_a_notice_nobody_goes_on(actors, roster, cases):
    with pytest.raises(NotAllOfThem, match="还没有村内公示"):
        examine(roster, actors)
    with pytest.raises(ValidationError, match="还没有村内公示"):
        fire("examine", cases[0], actor=actors["township_officer"])


def test_the_posting_day_is_day_one(actors, roster):
    notice, _ = posted(actors, roster, date(2018, 11, 3), late_reason="补录")
    assert (notice.days, notice.last_day) == (7, date(2018, 11, 9))


def test_a_day_short_holds_all_and_the_day_after_the_last_lets_go(actors, roster, cases):
    posted(actors, roster, days_ago(6))  # today is the seventh day
    with pytest.raises(NotAllOfThem, match="才满 7 天"):
        examine(roster, actors)
    with pytest.raises(ValidationError, match="才满 7 天"):
        fire("examine", cases[0], actor=actors["township_officer"])
    held = next(
        one for one in available(cases[0], actors["township_officer"]) if one.transition.name == "examine"
    )
    assert not held.allowed
    assert "才满 7 天" in held.why_not


def test_after_the_last_day_the_list_goes_on(actors, roster):
    posted(actors, roster, days_ago(7))
    assert examine(roster, actors) == 3


def test_the_day_on_the_paper_counts_not_the_day_of_typing(actors, roster, cases):
    posted(actors, roster, days_ago(10))  # until the fourth day before today
    with pytest.raises(ValidationError, match="才满 7 天"):
        fire(
            "examine",
            cases[0],
            actor=actors["township_officer"],
            happened_on=days_ago(4),
            late_reason="下乡在外",
        )


def test_fewer_days_than_the_rule_are_refused(actors, roster):
    with pytest.raises(ValidationError) as refused:
        posted(actors, roster, days=6)
    assert refused.value.message_dict == {"days": ["公示不得少于 7 天。"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.bulk_create([_short(roster, actors)])


def _short(roster, actors):
    day = date(2018, 11, 3)
    return Notice(
        kind="first", roster=roster, area_code=VILLAGE_A, title="x", place="x", publisher="x", contact="x",
        posted_on=day, days=6, minimum_days=7, last_day=date(2018, 11, 8), households=3,
        posted_by_name="x", recorded_by=actors["village_clerk"], token_hash="a" * 64,
    )  # fmt: skip


def test_a_list_hangs_once_unless_it_was_withdrawn(actors, roster):
    notice, _ = posted(actors, roster)
    with pytest.raises(ValidationError, match="已经公示过"):
        posted(actors, roster)
    withdraw_notice(notice, reason="日期写错", actor=actors["village_clerk"], on=timezone.localdate())
    posted(actors, roster)
    assert Notice.objects.standing().count() == 1


def test_what_hung_stays_as_it_hung(actors, roster):
    posted(actors, roster)
    for change in ({"last_day": date(2018, 1, 1)}, {"title": "x"}, {"households": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.update(**change)


def test_the_code_of_the_sheet_is_stored_as_a_hash_only(actors, roster):
    notice, code = posted(actors, roster)
    notice.refresh_from_db()
    assert notice.token_hash == hash_of(code)
    assert code not in str(Notice.objects.values().get())


def test_an_objection_holds_its_household_and_not_the_others(actors, roster, cases):
    notice, _ = posted(actors, roster, days_ago(8))
    object_to(notice, cases[0], actors, received_on=days_ago(3))
    with pytest.raises(ValidationError, match="异议还没有核查答复"):
        fire("examine", cases[0], actor=actors["township_officer"])
    fire("examine", cases[1], actor=actors["township_officer"])
    fire("examine", cases[2], actor=actors["township_officer"])
    assert Step.objects.filter(transition="examine").count() == 2


def test_upheld_the_household_leaves_and_the_days_of_the_others_count_on(actors, roster, cases):
    notice, _ = posted(actors, roster, days_ago(8))
    objection = object_to(notice, cases[0], actors, received_on=days_ago(3))
    settle_objection(
        objection,
        upheld=True,
        answer="确有小汽车一辆",
        actor=actors["township_officer"],
        document_name="核查报告",
    )
    assert examine(roster, actors) == 2
    with pytest.raises(ValidationError, match="该户不在名单上"):
        fire("examine", cases[0], actor=actors["township_officer"])


def test_dismissed_the_household_goes_on(actors, roster, cases):
    notice, _ = posted(actors, roster, days_ago(8))
    objection = object_to(notice, cases[0], actors, received_on=days_ago(3))
    settle_objection(
        objection,
        upheld=False,
        answer="车为其兄所有",
        actor=actors["township_officer"],
        document_name="核查报告",
    )
    assert examine(roster, actors) == 3


def test_an_answer_without_words_or_papers_settles_nothing(actors, roster, cases):
    notice, _ = posted(actors, roster, days_ago(8))
    objection = object_to(notice, cases[0], actors, received_on=days_ago(3))
    with pytest.raises(ValidationError) as refused:
        settle_objection(objection, upheld=True, answer=" ", actor=actors["township_officer"])
    assert "answer" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        settle_objection(objection, upheld=True, answer="属实", actor=actors["township_officer"])
    assert "document_name" in refused.value.message_dict
    objection.refresh_from_db()
    assert (objection.state, objection.answer) == ("received", "")


def test_an_objection_names_its_days(actors, roster, cases):
    notice, _ = posted(actors, roster, date(2018, 11, 2), late_reason="补录")
    objection = object_to(
        notice, cases[0], actors, received_on=date(2018, 11, 2), late_reason="补录"
    )  # a Friday
    assert objection.receipt_due_on == date(2018, 11, 5)
    assert objection.due_on == date(2018, 11, 17)
    give_receipt(objection, actor=actors["village_clerk"], on=date(2018, 11, 5))
    with pytest.raises(ValidationError, match="已经受理过"):
        give_receipt(objection, actor=actors["village_clerk"], on=date(2018, 11, 5))


def test_friday_is_followed_by_monday():
    assert next_working_day(date(2018, 11, 2)) == date(2018, 11, 5)
    assert next_working_day(date(2018, 11, 5)) == date(2018, 11, 6)


def test_an_objection_after_the_notice_is_a_complaint(actors, roster, cases):
    notice, _ = posted(actors, roster, days_ago(10))
    with pytest.raises(ValidationError, match="来信来访"):
        object_to(notice, cases[0], actors)
    assert not Objection.objects.exists()


def test_an_objection_to_somebody_who_is_not_on_the_sheet(actors, roster, cases):
    notice, _ = posted(actors, roster)
    cases[0].pk = 999_999
    with pytest.raises(ValidationError, match="不在这份公示的名单上"):
        object_to(notice, cases[0], actors)


def test_a_settled_objection_never_changes(actors, roster, cases):
    notice, _ = posted(actors, roster)
    objection = object_to(notice, cases[0], actors)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(text="x")
    settle_objection(
        objection, upheld=False, answer="不属实", actor=actors["township_officer"], document_name="核查报告"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(answer="x")


def test_what_a_step_rested_on_is_kept_for_one_and_for_many(actors, roster, cases):
    posted(actors, roster, days_ago(8))
    fire("examine", cases[0], actor=actors["township_officer"])
    copy = FrozenCopy.objects.get()
    assert copy.content == '{"persons":"1"}'
    assert content_of(copy) == {"persons": "1"}
    with pytest.raises(IntegrityError), transaction.atomic():
        FrozenCopy.objects.update(content="{}")
    assert damaged(FrozenCopy.objects.all()) == []


def test_a_list_that_is_examined_keeps_a_copy_of_each(actors, roster):
    posted(actors, roster, days_ago(8))
    examine(roster, actors)
    steps = Step.objects.filter(transition="examine")
    assert set(FrozenCopy.objects.values_list("step_id", flat=True)) == {one.pk for one in steps}
