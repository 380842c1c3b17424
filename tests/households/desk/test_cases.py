"""One case at the desk: opened before it is decided, decided once, and on to the next."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from rest_framework.test import APIClient

from households.services.desk.cases import UNOPENED, approve_case, return_case
from households.services.desk.looking import open_case
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.models import Look, RosterEntry, Step
from tests.actors import client_of
from tests.factories.accounts import make_posting, make_user

CASE = "households.exitcase"


def last_step(case):
    return Step.objects.of_case(CASE, case.pk).last()


class TestServices:
    def test_who_has_not_opened_it_does_not_decide_it(self, waiting):
        with pytest.raises(ValidationError) as refused:
            approve_case(waiting.case(), actor=waiting.reviewer)
        assert refused.value.code == UNOPENED
        assert waiting.states() == ["checked"] * 3

    def test_another_having_opened_it_is_not_enough(self, waiting):
        open_case(waiting.case(), actor=waiting.recorder)
        with pytest.raises(ValidationError, match="请先打开"):
            approve_case(waiting.case(), actor=waiting.reviewer)

    def test_opened_and_approved(self, waiting):
        open_case(waiting.case(), actor=waiting.reviewer)
        approve_case(waiting.case(), actor=waiting.reviewer)
        assert [waiting.case(number).state for number in range(3)] == ["reviewed", "checked", "checked"]
        step = last_step(waiting.case())
        assert (step.transition, step.decided_by, str(step.happened_on)) == (
            "review",
            waiting.reviewer,
            "2018-12-24",
        )
        assert (
            Entry.objects.filter(case_type=CASE, case_id=waiting.case().pk, action=f"{CASE}.review").count()
            == 1
        )

    def test_returned_with_its_reason_and_off_the_list(self, waiting):
        case = waiting.case()
        open_case(case, actor=waiting.reviewer)
        return_case(case, actor=waiting.reviewer, comment="住房鉴定报告不清楚")
        assert [waiting.case(number).state for number in range(3)] == ["planned", "checked", "checked"]
        assert last_step(case).comment == "住房鉴定报告不清楚"
        entry = RosterEntry.objects.get(case_type=CASE, case_id=case.pk)
        assert entry.left_reason == "住房鉴定报告不清楚"

    def test_a_return_needs_a_reason(self, waiting):
        open_case(waiting.case(), actor=waiting.reviewer)
        with pytest.raises(ValidationError) as refused:
            return_case(waiting.case(), actor=waiting.reviewer, comment=" ")
        assert list(refused.value.message_dict) == ["comment"]

    def test_changed_since_it_was_opened_it_is_opened_again(self, waiting):
        case = waiting.case()
        look = open_case(case, actor=waiting.reviewer)
        case.household.assessments.update(judged_at=look.opened_at.replace(year=2100))
        with pytest.raises(ValidationError, match="请先打开"):
            approve_case(waiting.case(), actor=waiting.reviewer)

    def test_the_county_next_door_decides_nothing(self, waiting):
        stranger = make_posting(make_user("邻县"), Role.COUNTY_REVIEWER, "140212").user
        open_case(waiting.case(), actor=stranger)
        with pytest.raises(PermissionDenied):
            approve_case(waiting.case(), actor=stranger)

    def test_who_checked_it_in_the_township_does_not_review_it(self, waiting):
        make_posting(waiting.township, Role.COUNTY_REVIEWER, waiting.village[:6])
        waiting.township.forget_rights()
        open_case(waiting.case(), actor=waiting.township)
        with pytest.raises(ValidationError) as refused:
            approve_case(waiting.case(), actor=waiting.township)
        assert refused.value.code == "lane"


class TestPrograms:
    """A program reviews nothing that its person has not opened at the desk."""

    @staticmethod
    def step(waiting, body, number=0):
        client = APIClient()
        client.force_login(waiting.reviewer)
        return client.post(f"/api/v1/exits/{waiting.case(number).pk}/steps/", body, format="json")

    @pytest.mark.parametrize("name", ["review", "return"])
    def test_not_unopened(self, waiting, name):
        answer = self.step(waiting, {"name": name, "comment": "收入不清"})
        assert answer.status_code == 422
        assert "请先打开该户的资料查看" in answer.content.decode()
        assert waiting.states() == ["checked"] * 3

    def test_opened_it_goes_on_or_back(self, waiting):
        for number in (0, 1):
            open_case(waiting.case(number), actor=waiting.reviewer)
        assert self.step(waiting, {"name": "review"}).status_code == 200
        assert self.step(waiting, {"name": "return"}, 1).status_code == 422
        assert self.step(waiting, {"name": "return", "comment": "收入不清"}, 1).status_code == 200
        assert waiting.states() == ["reviewed", "planned", "checked"]


class TestPages:
    @pytest.fixture
    def client(self, waiting):
        return client_of(waiting.reviewer)

    @staticmethod
    def look(client, case):
        answer = client.post(
            reverse("households:desk-look", args=[case.pk]), headers={"accept": "application/json"}
        )
        return answer.json()["stay"]

    def test_what_is_required_and_measured_stands_side_by_side(self, client, waiting):
        page = client.get(reverse("households:desk-case", args=[waiting.case().pk]))
        text = page.content.decode()
        for words in (
            "王建国户",
            "收入",
            "村民代表会议民主评议",
            "乡镇入户核查",
            "教育部门",
        ):
            assert words in text
        row = page.context["side"].rows[0]
        assert (row.line.code, row.then, row.line.state) == ("income", 2, 2)
        assert page.context["side"].differences == []

    def test_opening_is_noted_by_a_post_alone(self, client, waiting):
        client.get(reverse("households:desk-case", args=[waiting.case().pk]))
        assert not Look.objects.exists()
        self.look(client, waiting.case())
        assert Look.objects.get().user == waiting.reviewer

    def test_without_script_a_button_notes_it(self, client, waiting):
        url = reverse("households:desk-case", args=[waiting.case().pk])
        answer = client.post(
            reverse("households:desk-look", args=[waiting.case().pk]), {"place": "220503100"}
        )
        assert answer.url == f"{url}?place=220503100"

    def test_approved_the_next_case_is_there(self, client, waiting):
        first, second = waiting.cases[:2]
        page = client.get(reverse("households:desk-case", args=[first.pk]))
        assert page.context["then"] == second.pk
        self.look(client, first)
        answer = client.post(reverse("households:desk-approve", args=[first.pk]), {"then": second.pk})
        assert answer.url == reverse("households:desk-case", args=[second.pk])
        assert [one.state for one in waiting.cases] == ["reviewed", "checked", "checked"]

    def test_unopened_it_is_refused_and_nothing_written(self, client, waiting):
        answer = client.post(
            reverse("households:desk-approve", args=[waiting.case().pk]), {"comment": "同意"}
        )
        assert answer.status_code == 422
        assert "请先打开该户的资料查看" in answer.content.decode()
        assert "同意" in answer.content.decode()
        assert waiting.case().state == "checked"

    def test_a_return_without_reason_keeps_the_page(self, client, waiting):
        self.look(client, waiting.case())
        answer = client.post(reverse("households:desk-return", args=[waiting.case().pk]), {"comment": ""})
        assert answer.status_code == 422
        assert '<a href="#return_comment">退回原因</a>：请填写。' in answer.content.decode()

    def test_clicked_twice_it_is_decided_once_and_said(self, client, waiting):
        case = waiting.case()
        self.look(client, case)
        address = reverse("households:desk-approve", args=[case.pk])
        client.post(address, {"state": "checked"})
        answer = client.post(address, {"state": "checked"}, follow=True)
        assert "刚刚已由孙审核办理“县级审核”" in answer.content.decode()
        assert Step.objects.filter(case_id=case.pk, transition="review").count() == 1

    def test_what_would_be_refused_has_no_button_and_says_why(self, waiting):
        waiting.case().obstacles.create(
            kind="disaster", since="2018-12-20", note="火灾", recorded_by=waiting.township
        )
        page = client_of(waiting.reviewer).get(reverse("households:desk-case", args=[waiting.case().pk]))
        text = page.content.decode()
        assert "data-desk-approve" not in text
        assert "不能通过：" in text
        assert "火灾" in text
        assert "退回重办" in text

    def test_at_the_leading_groups_step_no_case_is_approved_alone(self, waiting):
        waiting.review()
        page = client_of(waiting.recorder).get(reverse("households:desk-case", args=[waiting.case().pk]))
        assert page.context["why_not"]["approve"] == "领导小组会议按名单审定，不逐户办理。"

    def test_seconds_are_kept_and_never_more_than_have_passed(self, client, waiting, december):
        address = self.look(client, waiting.case())
        assert client.post(address, {"seconds": "x"}).status_code == 422
        client.post(address, {"seconds": "900"})
        assert Look.objects.get().seconds <= 5

    def test_anothers_look_is_not_his_to_prolong(self, client, waiting):
        address = self.look(client, waiting.case())
        assert client_of(waiting.recorder).post(address, {"seconds": "3"}).status_code == 404
