"""An open objection holds every step further; answered it is answered once; upheld, the procedure takes its own step."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.review.errors import ChangedMeanwhile, NotAllOfThem
from poverty.review.models import Objection, RosterEntry, Step
from poverty.review.services import available, fire
from poverty.review.services.objections import point_objection, receive_objection, settle_objection
from tests.actors import VILLAGE_A, client_of
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
def notice(actors, cases):
    roster = listed(actors, cases, made_on=date(2018, 10, 8))
    return posted(actors, roster, days_ago(8))[0]


@pytest.fixture
def object_to(actors, notice):
    """object_to(case): received three days ago; object_to(None): of which nobody has said yet whom it means."""

    def receive(case, on=notice):
        return receive_objection(
            on, channel="phone", about="王建国", text="家里有小汽车", case_id=case.pk if case else None,
            actor=actors["village_clerk"], received_on=days_ago(3),
        )  # fmt: skip

    return receive


def settle(objection, actors, *, upheld=False, by="township_officer", **more):
    settle_objection(
        objection, upheld=upheld, answer="车为其兄所有", actor=actors[by], document_name="核查报告", **more
    )


class TestHolds:
    def test_every_step_further_also_one_that_waits_for_no_notice(self, actors, cases, object_to):
        objection = object_to(cases[0])
        with pytest.raises(ValidationError, match="异议还没有核查答复"):
            fire("verify", cases[0], actor=actors["township_officer"])
        fire("verify", cases[1], actor=actors["township_officer"])
        why = {one.transition.name: one.why_not for one in available(cases[0], actors["township_officer"])}
        assert "异议还没有核查答复" in why["verify"]
        settle(objection, actors)
        cases[0].refresh_from_db()
        fire("verify", cases[0], actor=actors["township_officer"])

    def test_not_the_step_that_takes_the_household_off_its_list(self, actors, cases, object_to, changed):
        changed("return", leaves_roster=True)
        object_to(cases[0])
        fire("return", cases[0], actor=actors["county_reviewer"], comment="收入算错")
        assert RosterEntry.objects.standing().count() == 2

    def test_one_that_names_nobody_holds_its_list(self, actors, cases, notice, object_to):
        objection = object_to(None)
        with pytest.raises(NotAllOfThem, match="还没有指明所指的户") as caught:
            fire_roster("examine", notice.roster, Case.objects.all(), actor=actors["township_officer"])
        assert caught.value.ids == {one.pk for one in cases}
        point_objection(objection, cases[2].pk, actor=actors["township_officer"])
        with pytest.raises(NotAllOfThem, match="异议还没有核查答复") as caught:
            fire_roster("examine", notice.roster, Case.objects.all(), actor=actors["township_officer"])
        assert caught.value.ids == {cases[2].pk}

    def test_who_answers_says_whom_it_means_and_may_say_otherwise(self, actors, cases, notice, object_to):
        objection = object_to(None)
        with pytest.raises(PermissionDenied, match="由核查答复的人指明"):
            point_objection(objection, cases[2].pk, actor=actors["village_clerk"])
        point_objection(objection, cases[2].pk, actor=actors["township_officer"])
        with pytest.raises(ValidationError, match="已经指明的就是这一户"):
            point_objection(objection, cases[2].pk, actor=actors["township_officer"])
        point_objection(objection, cases[1].pk, actor=actors["township_officer"])
        with pytest.raises(NotAllOfThem, match="异议还没有核查答复") as caught:
            fire_roster("examine", notice.roster, Case.objects.all(), actor=actors["township_officer"])
        assert caught.value.ids == {cases[1].pk}
        settle(objection, actors, case_id=cases[0].pk)
        objection.refresh_from_db()
        assert objection.case_id == cases[0].pk
        with pytest.raises(ChangedMeanwhile):
            point_objection(objection, cases[1].pk, actor=actors["township_officer"])

    def test_and_may_be_answered_without_a_household(self, actors, notice, object_to):
        objection = object_to(None)
        with pytest.raises(ValidationError, match="先指明异议所指的户"):
            settle(objection, actors, upheld=True)
        settle(objection, actors)
        objection.refresh_from_db()
        assert (objection.state, objection.case_id) == ("dismissed", None)
        assert (
            fire_roster("examine", notice.roster, Case.objects.all(), actor=actors["township_officer"]) == 3
        )

    def test_pointed_out_on_its_page(self, actors, cases, object_to):
        objection = object_to(None)
        address = reverse("review:objection-point", args=[objection.pk])
        client = client_of(actors["village_clerk"])
        assert address not in client.get(reverse("review:objection", args=[objection.pk])).content.decode()
        assert client.post(address, {"case_id": cases[1].pk}).status_code == 403
        client = client_of(actors["township_officer"])
        assert address in client.get(reverse("review:objection", args=[objection.pk])).content.decode()
        assert client.post(address, {"case_id": "999999"}).status_code == 422
        assert client.post(address, {"case_id": cases[1].pk}).status_code == 302
        assert Objection.objects.get().case_id == cases[1].pk
        assert "改指另一户" in client.get(reverse("review:objection", args=[objection.pk])).content.decode()
        assert client.post(address, {"case_id": cases[0].pk}).status_code == 302
        assert Objection.objects.get().case_id == cases[0].pk
        settle(objection, actors)
        assert client.get(address).status_code == 302


class TestAnswered:
    def test_once(self, actors, cases, object_to):
        objection = object_to(cases[0])
        stale = Objection.objects.get(pk=objection.pk)
        settle(objection, actors)
        with pytest.raises(ChangedMeanwhile, match="异议不成立"):
            settle(stale, actors, upheld=True)
        assert Step.objects.filter(case_type="review.objection").count() == 1
        assert RosterEntry.objects.standing().count() == 3

    def test_upheld_without_a_step_of_the_procedure_the_household_leaves_its_list(
        self, actors, cases, object_to
    ):
        settle(object_to(cases[0]), actors, upheld=True)
        entry = RosterEntry.objects.get(case_id=cases[0].pk)
        assert entry.left_reason == "异议成立"  # what was answered is for who answers

    def test_upheld_the_procedure_takes_its_own_step(self, actors, cases, object_to, told, changed):
        changed("return", leaves_roster=True)
        told(upheld={"checked": "return"})
        objection = object_to(cases[0])
        with pytest.raises(ValidationError, match="请由上级答复"):
            settle(objection, actors, upheld=True)
        objection.refresh_from_db()
        assert objection.is_open
        settle(objection, actors, upheld=True, by="county_reviewer")
        cases[0].refresh_from_db()
        assert cases[0].state == "returned"
        step = Step.objects.get(transition="return")
        assert (step.comment, step.document_name) == (f"异议成立（编号 {objection.number}）", "核查报告")
        assert not RosterEntry.objects.standing().filter(case_id=cases[0].pk).exists()

    def test_too_far_on_for_an_objection_alone(self, actors, cases, object_to, told):
        fire("verify", cases[0], actor=actors["township_officer"])
        told(upheld={"checked": "return"})
        objection = object_to(cases[0])
        with pytest.raises(ValidationError, match="乡镇已核实”，请先按程序退回"):
            settle(objection, actors, upheld=True, by="county_reviewer")
        objection.refresh_from_db()
        assert objection.is_open

    def test_finished_its_outcome_must_be_taken_back_first(self, actors, cases, object_to, told, changed):
        """A letter of the days of the notice, entered when the household had gone the whole way."""
        changed("examine", leaves_roster=True, closes_round=True)
        waiting = {"refused": True}

        def remedy(rows):
            words = "请先按返贫提出申请。"
            return dict.fromkeys(rows.values_list("pk", flat=True), words) if waiting["refused"] else {}

        told(upheld={"checked": "return"}, remedy=remedy)
        fire("examine", cases[0], actor=actors["township_officer"])
        objection = object_to(cases[0])
        with pytest.raises(ValidationError, match="请先按返贫提出申请"):
            settle(objection, actors, upheld=True)
        objection.refresh_from_db()
        assert objection.is_open
        waiting["refused"] = False
        address = reverse("review:objection-settle", args=[objection.pk])
        form = {
            "upheld": "yes",
            "answer": "收入算错",
            "document_name": "核查报告",
            "happened_on": f"{timezone.localdate()}",
        }
        page = client_of(actors["county_reviewer"]).post(address, form, follow=True)
        assert "没有再退回" in page.content.decode()
        objection.refresh_from_db()
        assert objection.state == "upheld"
