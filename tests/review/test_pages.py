"""Pages of lists, meetings, notices and objections, as people use them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.review.models import Meeting, MeetingItem, Notice, Objection, RosterEntry
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_posting, make_user
from tests.review.lists import checked_cases, listed, posted

TODAY = timezone.localdate


@pytest.fixture
def cases(actors):
    return checked_cases(actors, make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user)


@pytest.fixture
def roster(actors, cases):
    return listed(actors, cases, made_on=date(2018, 10, 8))


@pytest.fixture
def clerk(actors):
    return client_of(actors["village_clerk"])


def meeting_data(cases, **fields):
    data = {
        "held_on": f"{TODAY()}",
        "place": "村部会议室",
        "chair": "张村长",
        "due": "30",
        "present": "24",
        "summary": "逐户评议",
        "late_reason": "",
    }
    for case in cases:
        data |= {
            f"case-{case.pk}-agreed": "yes",
            f"case-{case.pk}-votes_for": "20",
            f"case-{case.pk}-votes_against": "2",
            f"case-{case.pk}-abstained": "2",
            f"case-{case.pk}-recused": "",
            f"case-{case.pk}-note": "",
        }
    return data | fields


def enter(client, roster, data, kind="village"):
    return client.post(reverse("review:meeting-enter", args=[roster.pk, kind]), data)


class TestMeetings:
    def test_entered_once_for_the_whole_list(self, clerk, cases, roster):
        first = cases[0].pk
        data = meeting_data(cases, **{f"case-{first}-recused": "王建军（户主之弟）"})
        assert enter(clerk, roster, data).status_code == 302
        meeting = Meeting.objects.get()
        assert (meeting.kind, meeting.area_code, meeting.present) == ("village", VILLAGE_A, 24)
        assert meeting.items.count() == 3
        assert meeting.items.get(case_id=first).recused == "王建军（户主之弟）"
        page = clerk.get(reverse("review:meeting", args=[meeting.pk])).content.decode()
        assert "定稿" in page
        assert "王建军（户主之弟）" in page

    def test_what_was_typed_stays_when_one_vote_is_wrong(self, clerk, cases, roster):
        data = meeting_data(cases, **{f"case-{cases[1].pk}-votes_for": "25"})
        answer = enter(clerk, roster, data)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "票数合计 29 超过实到人数 24" in text
        assert "村部会议室" in text
        assert not Meeting.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"present": "31"}, "实到人数不能超过应到人数"),
            ({"due": "三十"}, "请填整数"),
            ({"place": ""}, "必填"),
            ({"held_on": "2999-01-01"}, "今天"),
        ],
    )
    def test_bad_input_is_told_and_nothing_written(self, clerk, cases, roster, fields, message):
        answer = enter(clerk, roster, meeting_data(cases, **fields))
        assert answer.status_code == 422
        assert message in answer.content.decode()
        assert not Meeting.objects.exists()
        assert not MeetingItem.objects.exists()

    def test_closed_with_its_warnings(self, clerk, cases, roster):
        few = {f"case-{one.pk}-votes_for": "15" for one in cases} | {f"case-{cases[0].pk}-votes_for": "9"}
        enter(clerk, roster, meeting_data(cases, present="19", **few))
        meeting = Meeting.objects.get()
        address = reverse("review:meeting-close", args=[meeting.pk])
        assert "不足应到 30 人的三分之二" in clerk.get(address).content.decode()
        page = clerk.post(address, {"confirmed": "1"}, follow=True).content.decode()
        assert "已定稿" in page
        assert "不足应到 30 人的三分之二" in page
        assert "同意票不足到会人数的一半" in page
        changed = clerk.post(
            reverse("review:meeting-change", args=[meeting.pk]), meeting_data(cases), follow=True
        )
        assert "不能再改" in changed.content.decode()
        meeting.refresh_from_db()
        assert meeting.present == 19

    def test_corrected_while_it_is_open(self, clerk, cases, roster):
        enter(clerk, roster, meeting_data(cases))
        meeting = Meeting.objects.get()
        address = reverse("review:meeting-change", args=[meeting.pk])
        assert "村部会议室" in clerk.get(address).content.decode()
        changes = {
            f"case-{cases[0].pk}-agreed": "no",
            f"case-{cases[0].pk}-note": "有小汽车",
            "place": "小学",
        }
        assert clerk.post(address, meeting_data(cases, **changes)).status_code == 302
        meeting.refresh_from_db()
        assert meeting.place == "小学"
        assert not meeting.items.get(case_id=cases[0].pk).agreed

    def test_the_leading_group_meets_in_the_county(self, actors, cases, roster, clerk):
        assert enter(clerk, roster, meeting_data(cases), "leading_group").status_code == 403
        reviewer = client_of(actors["county_reviewer"])
        data = meeting_data(cases, document_number="二扶领〔2018〕12号")
        assert enter(reviewer, roster, data, "leading_group").status_code == 302
        assert (Meeting.objects.get().area_code, Meeting.objects.get().document_number) == (
            VILLAGE_A[:6],
            "二扶领〔2018〕12号",
        )


class TestNotices:
    def data(self, **fields):
        return {
            "kind": "first",
            "title": "拟退出公示",
            "place": "村务公开栏",
            "publisher": "村民委员会",
            "contact": "镇扶贫办 0435-1234567",
            "posted_on": f"{TODAY()}",
            "days": "",
            "posted_by_name": "",
            "late_reason": "",
        } | fields

    def test_posted_and_counted(self, clerk, roster):
        clerk.post(reverse("review:notice-post", args=[roster.pk]), self.data())
        notice = Notice.objects.get()
        assert notice.last_day == TODAY() + timedelta(days=6)
        calendar = clerk.get(reverse("review:notices")).content.decode()
        assert "第 1 天，共 7 天" in calendar
        page = clerk.get(reverse("review:notice", args=[notice.pk])).content.decode()
        assert f"{TODAY() + timedelta(days=7)}" in page

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"days": "6"}, "不得少于 7 天"),
            ({"posted_on": "2018-10-01", "late_reason": "断网"}, "不能早于造册日期"),
            ({"posted_on": "2018-11-03"}, "补录原因"),
            ({"kind": "correction"}, "选"),
        ],
    )
    def test_a_notice_that_cannot_be(self, clerk, roster, fields, message):
        answer = clerk.post(reverse("review:notice-post", args=[roster.pk]), self.data(**fields))
        assert answer.status_code == 422
        assert message in answer.content.decode()
        assert not Notice.objects.exists()

    def test_twice_is_told(self, clerk, roster):
        address = reverse("review:notice-post", args=[roster.pk])
        clerk.post(address, self.data())
        answer = clerk.post(address, self.data())
        assert answer.status_code == 422
        assert "已经公示过" in answer.content.decode()

    def test_one_leaves_and_a_correction_hangs(self, actors, clerk, cases, roster):
        notice, _ = posted(actors, roster)
        leave = reverse("review:roster-leave", args=[roster.pk, cases[0].pk])
        assert clerk.post(leave, {"on": f"{TODAY()}", "reason": ""}).status_code == 422
        assert clerk.post(leave, {"on": f"{TODAY()}", "reason": "自愿退出"}).status_code == 302
        assert RosterEntry.objects.standing().count() == 2
        correct = reverse("review:notice-correct", args=[notice.pk])
        clerk.post(correct, {"posted_on": f"{TODAY()}", "posted_by_name": "", "late_reason": ""})
        assert Notice.objects.get(kind="correction").households == 2
        assert "自愿退出" in clerk.get(reverse("review:roster", args=[roster.pk])).content.decode()


class TestObjections:
    def test_taken_in_receipted_and_upheld(self, actors, clerk, cases, roster):
        notice, _ = posted(actors, roster)
        address = reverse("review:objection-enter", args=[notice.pk])
        data = {
            "channel": "phone",
            "case_id": f"{cases[0].pk}",
            "text": "家里有小汽车",
            "name": "",
            "phone": "13904358812",
            "received_on": f"{TODAY()}",
            "late_reason": "",
        }
        assert clerk.post(address, data | {"phone": "139"}).status_code == 422
        assert clerk.post(address, data | {"case_id": "999"}).status_code == 422
        assert clerk.post(address, data).status_code == 302
        objection = Objection.objects.get()
        page = clerk.get(reverse("review:objection", args=[objection.pk])).content.decode()
        assert "13904358812" not in page
        clerk.post(reverse("review:objection-receipt", args=[objection.pk]))
        settle = reverse("review:objection-settle", args=[objection.pk])
        answer = {
            "upheld": "yes",
            "answer": "确有小汽车一辆",
            "document_name": "核查报告",
            "happened_on": f"{TODAY()}",
            "late_reason": "",
        }
        assert (
            clerk.post(settle, answer).status_code == 403
        )  # a village does not judge objections to its own list
        officer = client_of(actors["township_officer"])
        assert officer.post(settle, answer | {"document_name": ""}).status_code == 422
        assert officer.post(settle, answer).status_code == 302
        objection.refresh_from_db()
        assert (objection.state, objection.receipt_on) == ("upheld", TODAY())
        assert (
            RosterEntry.objects.get(case_id=cases[0].pk).left_reason == "异议成立"
        )  # the answer names what was found: not for every reader of the list
        assert "不能再改" in officer.post(settle, answer, follow=True).content.decode()

    def test_the_list_shows_the_urgent_first_and_nobody_elses(self, actors, strangers, clerk, roster, cases):
        posted(actors, roster)
        notice = Notice.objects.get()
        clerk.post(
            reverse("review:objection-enter", args=[notice.pk]),
            {"channel": "paper", "case_id": cases[0].pk, "text": "有车", "received_on": f"{TODAY()}"},
        )
        assert "书面" in clerk.get(reverse("review:objections")).content.decode()
        other = client_of(strangers["township_officer"])
        assert "没有待答复的异议" in other.get(reverse("review:objections")).content.decode()
