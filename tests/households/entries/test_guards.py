"""What neither a stale page nor the services nor raw SQL can get past: notices and meetings of the round, the last step,
the household on the register; and whom a refusal names.
"""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.urls import reverse

from households.entries.models import EntryCase
from households.entries.services import lists
from households.entries.services.comparing import Answer
from households.entries.services.entering import enter
from households.models import Household
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.workflow import STATUS
from poverty.review.errors import NotAllOfThem
from poverty.review.models import Notice, RequiredPaper, Step
from poverty.review.services import fire
from poverty.review.services.notices import post_notice
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.at_commit import commit_checks
from tests.factories import entries as make
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db


def at_commit(constraint):
    """The deferred check of a name, now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {constraint} IMMEDIATE")
        cursor.execute(f"SET CONSTRAINTS {constraint} DEFERRED")


@pytest.mark.parametrize("kind", ["identification", "return", "clearance"])
def test_the_whole_way_stands_at_commit(cast, kind):
    make.bring(cast, make.make_case(cast, kind), "done")
    commit_checks()


def test_an_announced_case_alone_does_not_make_a_household_poor(cast):
    case = make.bring(cast, make.make_case(cast), "announced")
    with pytest.raises(ValidationError, match="没有经过申请、评议、公示和审定"):
        fire("identify", case.household, actor=cast.reviewer, document_name="二扶领〔2018〕7号")
    assert Household.objects.get(pk=case.household_id).status == ""


def test_many_households_are_asked_at_once(cast, django_assert_num_queries):
    ids = [make.ordinary(VILLAGE_A, head).pk for head in ("赵有福", "孙有财", "李有田")]
    with django_assert_num_queries(1):
        told = STATUS.get("identify").precondition_many(Household.objects.filter(pk__in=ids))
    assert set(told) == set(ids)


def test_postgresql_asks_for_the_case_of_who_is_identified(cast):
    household = make.ordinary(VILLAGE_A)
    Step.objects.create(
        case_type="households.household.status",
        case_id=household.pk,
        area_code=VILLAGE_A,
        round=1,
        transition="identify",
        source="",
        target="not_exited",
        lane="record",
        level="county",
        closes_round=True,
        decided_by=cast.reviewer,
        decided_by_name=cast.reviewer.name,
        recorded_by=cast.reviewer,
        happened_on=date(2018, 6, 1),
        document_name="文件",
    )
    with pytest.raises(IntegrityError, match="without its case"):
        at_commit("households_identified_by_its_case")


def test_postgresql_asks_that_what_is_done_reached_the_register(cast):
    case = make.bring(cast, make.make_case(cast), "announced")
    fire(
        "enter",
        case,
        actor=cast.reviewer,
        happened_on=make.DONE,
        document_name="二扶领〔2018〕7号",
        late_reason=make.LATE,
    )
    with pytest.raises(IntegrityError, match="has not reached the register"):
        at_commit("households_entry_basis")


def test_postgresql_asks_for_the_comparison(cast):
    case = make.make_case(cast)
    make.answered(cast, case, make.CLEAR[:3])
    make.taken(case, "compare", "compared", make.COMPARED, cast.officer)
    with pytest.raises(IntegrityError, match="has not been compared"):
        at_commit("households_entry_basis")


def test_a_notice_that_hung_before_the_appraisal_does_not_count(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    notice, _ = make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
    values = {
        field.attname: getattr(notice, field.attname)
        for field in Notice._meta.concrete_fields
        if field.name not in ("id", "recorded_at")
    }
    early = {"kind": "second", "posted_on": date(2018, 5, 4), "last_day": date(2018, 5, 10)}
    Notice.objects.create(**values | early | {"token_hash": "0" * 64})
    lists.pass_on("check", [case.pk], make.decision(cast.officer, make.CHECKED))
    at_commit("households_entry_basis")
    make.taken(
        EntryCase.objects.get(), "review", "reviewed", make.REVIEWED, cast.reviewer, lane="verify", round=1
    )
    with pytest.raises(IntegrityError, match="has not been posted"):
        at_commit("households_entry_basis")


def test_a_notice_that_still_hangs_does_not_count(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
    make.taken(
        EntryCase.objects.get(pk=case.pk),
        "check",
        "checked",
        make.hung_until(make.FIRST_FROM),
        cast.officer,
        lane="verify",
        level="township",
    )
    with pytest.raises(IntegrityError, match="has not been posted"):
        at_commit("households_entry_basis")


def test_postgresql_asks_for_the_leading_group(cast):
    case = make.bring(cast, make.make_case(cast), "reviewed")
    make.taken(case, "decide", "decided", make.DECIDED, cast.decider, lane="decide")
    with pytest.raises(IntegrityError, match="No meeting has agreed"):
        at_commit("households_entry_basis")


def test_postgresql_takes_no_meeting_of_before_an_upheld_objection(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    notice, _ = make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
    make.objected(cast, notice, case, upheld_on=date(2018, 5, 19))
    make.answered(cast, case, compared_on=date(2018, 5, 25))
    commit_checks()
    case.refresh_from_db()
    fields = {"lane": "propose", "level": "village", "round": 2}
    make.taken(case, "appraise", "appraised", date(2018, 5, 26), cast.clerk, **fields)
    with pytest.raises(IntegrityError, match="No meeting has agreed"):
        at_commit("households_entry_basis")


def waiting(cast, tab):
    """What holds each case of a tab on the page of who passes it on, by case."""
    page = client_of(cast.decider).get(reverse("households:entries") + f"?tab={tab}")
    return page, {line["case"].pk: line["held"] for line in page.context["lines"]}


@pytest.mark.parametrize("tab", ["reviewed", "decided"])
def test_who_is_objected_to_cannot_be_ticked(cast, tab):
    first = make.make_case(cast)
    second = make.make_case(cast, household=make.ordinary(VILLAGE_A, "孙有财"))
    for one in (first, second):
        make.bring(cast, one, tab)
        if tab == "decided":  # who announces elsewhere than on its page
            post_notice(
                make.roster_of(one),
                "announcement",
                title="公告",
                place="公开栏",
                publisher="县扶贫办",
                contact="县扶贫办",
                posted_on=make.ANNOUNCED_FROM,
                late_reason="补录",
                actor=cast.reviewer,
            )
    notice = Notice.objects.get(kind="second", roster=make.roster_of(second))
    make.objected(cast, notice, second, received_on=date(2018, 5, 28))
    page, held = waiting(cast, tab)
    assert held == {first.pk: "", second.pk: "对该户的异议还没有核查答复。"}
    assert f'name="case" value="{first.pk}"' in page.content.decode()
    assert f'name="case" value="{second.pk}"' not in page.content.decode()


def test_a_paper_that_is_lacking_is_said_before_the_tick(cast):
    case = make.bring(cast, make.make_case(cast), "reviewed")
    assert waiting(cast, "reviewed")[1] == {case.pk: ""}
    requires_a_paper("households.entrycase", "decide")
    assert "请先上传" in waiting(cast, "reviewed")[1][case.pk]


def test_the_chair_decides_and_not_who_types_the_minutes(cast):
    case = make.bring(cast, make.make_case(cast), "decided")
    step = Step.objects.of_case("households.entrycase", case.pk).get(transition="decide")
    assert (step.decided_by, step.decided_by_name, step.recorded_by) == (None, "李主任", cast.decider)


def test_a_comparison_lies_not_in_the_future(cast):
    case = make.make_case(cast)
    told = refused(make.answered, cast, case, make.CLEAR[:1], compared_on=date(2099, 1, 1))
    assert told == {"compared_on": ["比对日期不能晚于今天。"]}


def test_what_no_bureau_could_compare_has_not_been_compared(cast):
    case = make.make_case(cast)
    none = [Answer(one.key, "not_compared", "系统故障") for one in ENTRY_BUREAUS]
    assert make.answered(cast, case, none) is False
    case.refresh_from_db()
    assert case.state == "applied"
    with pytest.raises(ValidationError, match="都未能比对"):
        fire("compare", case, actor=cast.officer, happened_on=make.COMPARED, late_reason=make.LATE)
    assert make.answered(cast, case, [Answer("vehicles", "clear")]) is True


def requires_a_paper(case_type, transition):
    RequiredPaper.objects.create(
        case_type=case_type,
        transition=transition,
        per="case",
        role="application",
        blocking=True,
        valid_from=date(2014, 1, 1),
        document_name="县规定",
    )


def test_a_refusal_of_a_household_is_told_of_its_case(cast):
    requires_a_paper("households.household.status", "identify")
    case = make.bring(cast, make.make_case(cast), "announced")
    with pytest.raises(NotAllOfThem) as told:
        enter([case.pk], make.decision(cast.reviewer, make.DONE, "二扶领〔2018〕7号"))
    assert list(told.value.refused) == [case.pk]
    case.refresh_from_db()
    assert case.state == "announced"


def test_a_household_of_another_county_is_never_named(cast):
    requires_a_paper("households.entrycase", "check")
    case = make.make_case(cast, household=make.ordinary(VILLAGE_A, "赵有福", id=900_001))
    case = make.bring(cast, case, "appraised")
    make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)
    # Elsewhere a household has the number that the case has here.
    other = make.ordinary(VILLAGE_B, "孙外县", id=case.pk)
    make.make_case(make.Cast(VILLAGE_B), household=other)
    page = client_of(cast.officer).post(
        reverse("households:entries-act", args=["appraised"]),
        {"case": [case.pk], "happened_on": "2018-05-23", "document_name": "审核表", "late_reason": "补录"},
    )
    assert page.status_code == 422
    assert len(page.context["problems"]) == 1
    assert page.context["problems"][0].startswith("赵有福户：")
    assert "孙外县" not in page.content.decode()


@pytest.mark.parametrize(
    "asked", ["?reason=%00", "?reason=new%00born", "?area=%00", "?since=%00", "?since=99999999"]
)
def test_nonsense_in_an_address_is_no_failure(cast, asked):
    address = reverse("households:movement-list", args=["in"]) + asked
    answer = client_of(cast.reviewer).get(address)
    assert answer.status_code == (404 if "reason" in asked else 200)
