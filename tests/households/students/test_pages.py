"""Pages of students: who is on which list, figures that add up, what a page asks, ledger, API, the household's page."""

from datetime import date

import pytest
from django.urls import reverse

from households.models import TeacherPairing
from households.students.rows import figures, in_state, no_longer, students, unfilled
from households.students.services.pairing import withdraw_teaching
from households.students.services.schools import register_school, set_head
from poverty.accounts.models import Role
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor, make_posting
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_member, make_pairing, make_year
from tests.factories.students import make_school, make_student, make_teacher, make_teacher_act, make_teaching

pytestmark = pytest.mark.django_db
OTHER = "220503101200"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def home(db):
    return make_household(VILLAGE_A, household_no="H1")


def names(rows) -> list[str]:
    return sorted(row.member.name for row in rows)


def page(user, **query):
    return client_of(user).get(reverse("households:students"), {"area": COUNTY_A, "year": 2018, **query})


class TestWhoIsAStudent:
    def test_at_school_or_of_age_and_away(self, home, county_reviewer):
        make_student(home, "小学生")
        make_student(home, "辍学的", born=date(2005, 3, 1), school_status="not_at_school", school_name="")
        make_student(home, "大学生", born=date(1998, 3, 1), school_status="undergraduate_2")
        make_student(home, "学前", born=date(2014, 3, 1), school_status="preschool")
        make_member(home, "大人")
        make_student(make_household(VILLAGE_A, "一般户", kind="general_rural"), "别人家的")
        rows = students(county_reviewer, COUNTY_A, 2018)
        assert names(rows) == ["大学生", "小学生", "辍学的"]
        assert [row.member.name for row in rows.filter(is_away=1)] == ["辍学的"]

    def test_figures_add_up_by_place_and_by_school(self, home, county_reviewer):
        make_teaching(make_student(home, "有教师"))
        make_student(home, "没有教师")
        make_student(make_household(OTHER, "李大山"), "外镇的", school_name="")
        rows = students(county_reviewer, COUNTY_A, 2018)
        by_place, by_school, total = figures(rows, COUNTY_A)
        assert (total.total, total.with_one, total.without) == (3, 1, 2)
        assert [(one.code, one.total) for one in by_place] == [("220503100", 2), ("220503101", 1)]
        assert [(one.label, one.total) for one in by_school] == [("鸭园镇中心小学", 2), ("没有填写学校", 1)]
        assert sum(one.without for one in by_school) == sum(one.without for one in by_place) == 2
        assert names(in_state(rows, "without")) == ["外镇的", "没有教师"]

    def test_a_pairing_that_was_taken_back_or_ended_counts_for_nobody(self, home, county_reviewer):
        make_teaching(make_student(home), until=date(2018, 6, 1))
        assert names(in_state(students(county_reviewer, COUNTY_A, 2018), "without")) == ["王小明"]

    def test_who_is_no_student_any_more_is_to_be_ended(self, home, county_reviewer):
        grown = make_student(home, "毕业的", born=date(1999, 3, 1), school_status="not_at_school")
        row = make_teaching(grown)
        make_teaching(make_student(home), make_teacher("何老师"))
        assert list(no_longer(county_reviewer, COUNTY_A, 2018)) == [row]

    def test_not_answered_is_not_no(self, home, county_reviewer):
        make_teaching(make_student(home, "没填的", school_status="", school_name=""))
        make_teaching(
            make_member(home, "新年度的", birth_date=date(2008, 3, 1), facts=False), make_teacher("何老师")
        )
        make_student(home, "没填没教师", school_status="", school_name="")
        make_student(home, "小孩", born=date(2016, 3, 1), school_status="", school_name="")
        grown = {"born": date(1999, 3, 1), "school_name": ""}
        make_teaching(make_student(home, "高中没填", school_status="", **grown), make_teacher("孙老师"))
        assert list(no_longer(county_reviewer, COUNTY_A, 2018)) == []
        assert names(students(county_reviewer, COUNTY_A, 2018)) == []
        assert names(unfilled(county_reviewer, COUNTY_A, 2018)) == [
            "新年度的",
            "没填没教师",
            "没填的",
            "高中没填",
        ]
        told = page(county_reviewer).content.decode()
        assert "每名学生都有结对教师" not in told
        assert "在校情况不明" in told
        shown = page(county_reviewer, tab="unfilled")
        assert len(shown.context["lines"]) == 4
        assert "何老师" in shown.content.decode()

    def test_who_is_at_school_is_not_gone_though_his_household_is_no_longer_asked(self, county_reviewer):
        general = make_household(VILLAGE_A, "一般户", kind="general_rural", status="")
        make_teaching(make_student(general, "在校的"))
        away = make_student(general, "辍学的", born=date(2005, 3, 1), school_status="not_at_school")
        make_teaching(away, make_teacher("何老师"))
        assert list(no_longer(county_reviewer, COUNTY_A, 2018)) == []

    def test_of_a_past_year_only_what_has_no_end_is_to_be_ended(self, home, county_reviewer):
        make_year(year=2017)
        facts = {"school_status": "not_at_school"}
        grown = make_member(home, birth_date=date(1998, 3, 1), year=2017, facts=facts)
        make_teaching(grown, since=date(2017, 3, 1), until=date(2018, 6, 1))
        assert list(no_longer(county_reviewer, COUNTY_A, 2017)) == []

    def test_a_school_is_found_however_its_name_is_written(self, home, county_reviewer):
        school = register_school(make_area(COUNTY_A), "鸭园镇中心小学（本部）", actor=county_reviewer)
        set_head(school, name="赵校长", since=date(2018, 3, 1), actor=county_reviewer)
        make_student(home, "甲", school_name="鸭园镇中心小学（本部）")
        make_student(home, "乙", school_name="鸭园镇中心小学 (本部)")
        ((figure, head),) = page(county_reviewer, tab="figures").context["by_school"]
        assert (figure.total, head.teacher.name) == (2, "赵校长")
        listed = page(county_reviewer, tab="without", school=figure.code)
        assert len(listed.context["lines"]) == 2
        pupil = make_student(home, "丙", school_name="鸭园镇中心小学（本部）")
        url = reverse("households:student-pair", args=[pupil.pk])
        assert (
            client_of(county_reviewer).get(url, {"year": 2018}).context["form"].initial["school"] == school.pk
        )


class TestPages:
    def test_who_has_no_teacher_comes_first(self, home, township_officer):
        make_teaching(make_student(home, "有教师"))
        alone = make_student(home, "没有教师")
        found = page(township_officer)
        assert [one.member for one, _, _ in found.context["lines"]] == [alone]
        assert [tab[2] for tab in found.context["tabs"]][:3] == [1, 1, 0]
        assert "刘老师" in page(township_officer, tab="with").content.decode()
        assert page(township_officer, tab="figures").context["total"].total == 2
        assert page(township_officer, tab="gone").status_code == 200
        assert page(township_officer, tab="x").status_code == 404

    def test_another_bureau_is_told_that_it_is_not_its_business(self, home, bureau_officer):
        make_student(home)
        found = page(bureau_officer)
        assert "不属于您的部门" in found.content.decode()
        assert "王小明" not in found.content.decode()

    def test_the_education_bureau_sees_names_and_teachers(self, home):
        officer = make_actor(Role.INSPECTOR)
        officer.postings.all().delete()
        make_posting(officer, Role.BUREAU_OFFICER, COUNTY_A, sector="education")
        pupil = make_student(home)
        assert "王小明" in page(officer).content.decode()
        one = client_of(officer).get(reverse("households:student", args=[pupil.pk]))
        assert one.status_code == 200

    def test_a_new_teacher_is_asked_about_and_put_on_record_with_his_student(self, home, township_officer):
        pupil, school = make_student(home), make_school()
        make_teacher("赵校长", school=school, post="headmaster")
        client, url = client_of(township_officer), reverse("households:student-pair", args=[pupil.pk])
        shown = client.get(url, {"year": 2018})
        assert shown.context["form"].initial["school"] == school.pk, "the school of the facts"
        sent = {"school": school.pk, "name": "刘老师", "post": "", "since": "2018-09-03", "year": 2018}
        assert client.post(url, sent).context["form"].errors["post"]
        asked = client.post(f"{url}?year=2018", {**sent, "post": "class_teacher"})
        assert asked.status_code == 422
        assert "还没有登记刘老师" in asked.context["form"].questions["name"]
        yes = {**sent, "post": "class_teacher", "questions_answered": _digest(asked)}
        saved = client.post(f"{url}?year=2018", yes)
        assert (saved.status_code, saved.url) == (
            302,
            reverse("households:student", args=[pupil.pk]) + "?year=2018",
        )
        row = TeacherPairing.objects.get(member=pupil)
        assert (row.teacher.name, row.teacher.school) == ("刘老师", school), (
            "a township's officer, a county's school"
        )

    def test_somebody_on_record_with_a_student_already_is_asked_about(self, home, township_officer):
        teacher = make_teacher()
        make_teaching(make_student(home, "先来的"), teacher)
        pupil = make_student(home)
        client, url = client_of(township_officer), reverse("households:student-pair", args=[pupil.pk])
        sent = {"school": teacher.school_id, "name": "刘老师", "since": "2018-09-03"}
        asked = client.post(f"{url}?year=2018", sent)
        assert "要求一对一" in asked.context["form"].questions["name"]
        again = {**sent, "questions_answered": _digest(asked)}
        assert client.post(f"{url}?year=2018", again).status_code == 302
        assert TeacherPairing.objects.get(member=pupil).teacher == teacher

    def test_what_was_done_is_recorded_from_the_page(self, home, village_clerk):
        row = make_teaching(make_student(home))
        client, url = client_of(village_clerk), reverse("households:student-act", args=[row.pk])
        identity = client.get(url).context["form"].initial["identity"]
        sent = {"identity": identity, "kind": "home_visit", "happened_on": "2018-05-04", "content": "家访"}
        assert client.post(url, {**sent, "happened_on": "2018-01-01"}).status_code == 422
        assert client.post(url, sent).status_code == 302
        shown = client.get(reverse("households:student", args=[row.member_id]))
        assert [one.content for one in shown.context["acts"]] == ["家访"]

    def test_what_was_done_in_a_pairing_that_was_taken_back_counts_no_more(self, home, township_officer):
        row = make_teaching(make_student(home))
        make_teacher_act(row)
        withdraw_teaching(row, reason="登错了人", actor=township_officer)
        shown = client_of(township_officer).get(reverse("households:student", args=[row.member_id]))
        assert shown.context["standing_acts"] == 0
        told = shown.content.decode()
        assert "这段结对已撤销" in told
        assert "students/acts/" not in told, "nothing to take back any more"

    def test_a_helper_is_not_sent_where_he_may_not_go(self, home, helper):
        make_pairing(home, helper)
        row = make_teaching(make_student(home))
        told = client_of(helper).get(reverse("households:student", args=[row.member_id])).content.decode()
        assert "教师的其他学生" not in told
        labels = [one[0] for one in page(helper).context["tabs"]]
        assert "学校和教师" not in labels
        figures = page(helper, tab="figures").content.decode()
        assert "按就读学校" in figures
        assert "责任校长" not in figures, "he sees no schools: nobody is said to be missing there"

    def test_tabs_stay_with_place_and_year(self, home, county_reviewer):
        for _, url, _, _ in page(county_reviewer).context["tabs"]:
            assert f"area={COUNTY_A}" in url
            assert "year=2018" in url

    def test_a_school_is_renamed_and_closed_on_its_page(self, county_reviewer, township_officer):
        school = make_school()
        rename, close = (reverse(f"households:school-{one}", args=[school.pk]) for one in ("rename", "close"))
        client = client_of(county_reviewer)
        assert client_of(township_officer).get(rename).status_code == 404
        assert client.post(rename, {"name": "鸭园镇小学"}).status_code == 302
        assert client.post(close, {"on": "2018-09-03", "reason": ""}).status_code == 422
        assert client.post(close, {"on": "2018-09-03", "reason": "并入二中"}).status_code == 302
        listed = client.get(reverse("households:schools"), {"area": COUNTY_A})
        assert listed.context["lines"] == []
        assert [one.name for one in listed.context["closed"]] == ["鸭园镇小学"]
        assert client.post(close, {"on": "2018-09-03", "reason": "再来"}).status_code == 422

    def test_the_household_page_shows_who_should_be_at_school_and_nobody_of_whom_it_is_not_asked(
        self, home, county_reviewer
    ):
        away = make_student(home, born=date(2005, 3, 1), school_status="not_at_school", school_name="")
        general = make_household(VILLAGE_A, "一般户", kind="general_rural", status="")
        make_student(general, "别人家的")
        client, here = client_of(county_reviewer), {"tab": "pairing", "year": 2018}
        shown = client.get(reverse("households:detail", args=[home.pk]), here)
        assert [(one.member, one.is_away) for one in shown.context["students"]] == [(away, True)]
        assert client.get(reverse("households:detail", args=[general.pk]), here).context["students"] == []

    def test_the_telephone_is_whole_for_who_may_call(self, home, village_clerk, leader):
        pupil = make_student(home)
        make_teaching(pupil, make_teacher(phone="13904351234"))
        url = reverse("households:student", args=[pupil.pk])
        assert "13904351234" in client_of(village_clerk).get(url).content.decode()
        assert "13904351234" not in client_of(leader).get(url).content.decode()

    def test_schools_and_teachers(self, home, county_reviewer, township_officer):
        row = make_teaching(make_student(home))
        client = client_of(county_reviewer)
        listed = client.get(reverse("households:schools"), {"area": COUNTY_A})
        assert [(one.name, one.staff, one.taught, head) for one, _, head in listed.context["lines"]] == [
            ("鸭园镇中心小学", 1, 1, None)
        ]
        assert client.get(reverse("households:school", args=[row.teacher.school_id])).status_code == 200
        url = reverse("households:teacher", args=[row.teacher_id])
        assert [one.member.name for one in client.get(url).context["open_rows"]] == ["王小明"]
        other = make_teacher("何老师")
        sent = {
            "pairings": [row.pk],
            "school": other.school_id,
            "name": "何老师",
            "on": "2018-09-03",
            "reason": "教师调动",
        }
        assert client.post(url, {**sent, "reason": ""}).status_code == 422
        assert client_of(township_officer).post(url, sent).status_code == 302
        again = client_of(township_officer).post(url, sent, follow=True)
        assert "没有要交接的学生" in again.content.decode()
        assert TeacherPairing.objects.get(valid_to=None).teacher == other

    def test_the_ledger_lists_what_was_in_the_year_also_what_ended_since(self, home, county_reviewer):
        pupil = make_student(home)
        make_teaching(pupil, until=date(2018, 6, 1))
        make_teaching(pupil, make_teacher("何老师"), since=date(2018, 6, 1))

        def teachers(**filters):
            question = ask("teaching", user=county_reviewer, area_code=COUNTY_A, year=2018, filters=filters)
            at = [one.heading for one in question.columns].index("结对教师")
            return [cells[at] for _, cells in stream(question, full=False)]

        assert teachers() == ["刘老师", "何老师"]
        assert teachers(now="standing") == ["何老师"]
        assert teachers(now="ended") == ["刘老师"]

    def test_the_household_page_the_ledger_and_the_api_say_it_too(
        self, home, helper, county_reviewer, stranger
    ):
        make_pairing(home, helper)
        pupil = make_student(home)
        row = make_teaching(pupil)
        make_teacher_act(row)
        tab = client_of(helper).get(
            reverse("households:detail", args=[home.pk]), {"tab": "pairing", "year": 2018}
        )
        assert "刘老师（鸭园镇中心小学班主任）" in tab.content.decode()
        question = ask("teaching", user=county_reviewer, area_code=COUNTY_A, year=2018)
        headings = [one.heading for one in question.columns]
        (line,) = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        assert (line["学生姓名"], line["结对教师"], line["本年度活动（次）"]) == ("王小明", "刘老师", 1)
        assert "13904350001" not in line.values()
        (told,) = client_of(helper).get("/api/v1/teacher-pairings/?open=true").json()["results"]
        assert (told["member"], told["teacher_name"], told["valid_to"]) == (pupil.pk, "刘老师", None)
        assert client_of(stranger("county_reviewer")).get("/api/v1/teacher-pairings/").json()["results"] == []


def _digest(response) -> str:
    return response.content.decode().split('name="questions_answered" value="')[1].split('"')[0]
