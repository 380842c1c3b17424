"""The person export into the register: what a small workbook brings, counted by hand."""

from datetime import date

import pytest

from households.models import Assessment, Headship, Household, Member, Membership, MemberSurvey, Survey
from poverty.audit.models import Entry
from tests.factories.incoming import VILLAGE, bring_in, number_of, person, read, reviewer, workbook
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db

WANG = number_of(date(1970, 3, 8), 1)
LI = number_of(date(1972, 6, 1), 2)
CHILD = number_of(date(2008, 9, 10), 3)
ZHAO = number_of(date(1950, 1, 15), 5)


@pytest.fixture
def actor():
    return reviewer()


def village_rows():
    """Two households: three persons, and one who lives alone."""
    return [
        person(
            "H1",
            "P1",
            "王建国",
            WANG,
            户联系电话="13812345678",
            文化程度="初中",
            **{"务工时间（月）": "10"},
            **{"是否参加新型农村合作医疗（城乡居民基本医疗保险）": "是"},
            识别标准="国家标准",
        ),
        person("H1", "P2", "李秀英", LI, "配偶", 文化程度="小学", 健康状况="长期慢性病,残疾"),
        person("H1", "P3", "王小明", CHILD, "之子", 在校生状况="小学"),
        person("H2", "P4", "赵德才", ZHAO, 是否享受低保="否"),
    ]


class TestNewRegister:
    def test_is_shown_first(self, actor, tmp_path):
        imported = read(workbook(tmp_path / "a.xlsx", village_rows()), actor=actor)
        assert imported.state == "checked", imported.message
        assert (imported.counts["rows"], imported.counts["new"], imported.counts["wrong"]) == (4, 4, 0)
        assert not Household.objects.exists()
        assert not Member.objects.exists()

    def test_is_taken_over(self, actor, tmp_path):
        imported = bring_in(workbook(tmp_path / "a.xlsx", village_rows()), actor=actor)
        assert imported.applied["新增户"] == 2
        assert imported.applied["新增人"] == 4
        first, second = Household.objects.order_by("household_no")
        assert (first.household_no, first.head_name, first.size) == ("H1", "王建国", 3)
        assert (second.household_no, second.head_name, second.size) == ("H2", "赵德才", 1)
        assert first.state == "registered"
        assert (first.kind, first.status) == ("registered_poor", "")
        assert first.area_id == VILLAGE
        assert first.identification_standard == "national"
        assert first.phone.reveal() == "13812345678"
        assert first.head_initials == "wjg"
        assert first.head.name == "王建国"
        relations = first.memberships.order_by("member__member_no").values_list("relation", "valid_from")
        assert list(relations) == [
            ("head", date(2017, 10, 1)),
            ("spouse", date(2017, 10, 1)),
            ("son", date(2017, 10, 1)),
        ]
        assert Headship.objects.filter(household=first).count() == 1
        li = Member.objects.get(member_no="P2")
        assert li.identity.reveal() == LI
        assert (li.birth_date, li.sex, li.pinyin[:2]) == (date(1972, 6, 1), "female", "li")

    def test_facts_of_the_year_say_where_they_come_from(self, actor, tmp_path):
        bring_in(workbook(tmp_path / "a.xlsx", village_rows()), actor=actor)
        wang = MemberSurvey.objects.get(member__member_no="P1", year=2018)
        assert (wang.education_level, wang.school_status, wang.work_months) == (
            "junior_middle",
            "not_at_school",
            10,
        )
        assert wang.resident_insurance is True
        assert wang.employee_insurance is None  # an empty 是/否 is unknown
        assert wang.sources["work_months"] == {"source": "import", "on": "2018-12-01"}
        li = MemberSurvey.objects.get(member__member_no="P2", year=2018)
        assert li.health_states == "chronic,disabled"
        child = MemberSurvey.objects.get(member__member_no="P3", year=2018)
        assert (child.school_status, child.education_level) == ("primary", "")
        zhao = MemberSurvey.objects.get(member__member_no="P4", year=2018)
        assert zhao.school_status == ""  # both columns empty: unknown
        assert zhao.receives_dibao is False
        assert Survey.objects.filter(year=2018).count() == 2

    def test_each_row_is_in_the_log(self, actor, tmp_path):
        bring_in(workbook(tmp_path / "a.xlsx", village_rows()), actor=actor)
        assert Entry.objects.filter(action="households.import.member").count() == 4
        texts = " ".join(f"{one.summary} {one.changes}" for one in Entry.objects.all())
        for number in (WANG, LI, CHILD, ZHAO, "13812345678"):
            assert number not in texts

    def test_a_second_time_changes_nothing(self, actor, tmp_path):
        path = workbook(tmp_path / "a.xlsx", village_rows())
        bring_in(path, actor=actor)
        before = list(Household.objects.order_by("pk").values_list("facts_version", "version"))
        imported = read(path, actor=actor)
        assert (imported.counts["unchanged"], imported.counts["changed"], imported.counts["new"]) == (4, 0, 0)
        again = bring_in(path, actor=actor)
        assert set(again.applied.values()) == {0}
        assert list(Household.objects.order_by("pk").values_list("facts_version", "version")) == before
        assert Membership.objects.count() == 4


class TestChanges:
    def test_field_by_field(self, actor, tmp_path):
        bring_in(workbook(tmp_path / "a.xlsx", village_rows()), actor=actor)
        rows = village_rows()
        rows[0]["务工时间（月）"] = "6"
        rows[1]["健康状况"] = "健康"
        imported = read(workbook(tmp_path / "b.xlsx", rows), actor=actor)
        assert (imported.counts["changed"], imported.counts["unchanged"]) == (2, 2)
        differences = {row.member_no: row.differences for row in imported.rows.all() if row.differences}
        assert differences == {
            "P1": {"work_months": ["10", "6"]},
            "P2": {"health_states": ["chronic,disabled", "healthy"]},
        }
        bring_in(tmp_path / "b.xlsx", actor=actor)
        assert MemberSurvey.objects.get(member__member_no="P1").work_months == 6

    def test_an_empty_cell_takes_nothing_away(self, actor, tmp_path):
        bring_in(workbook(tmp_path / "a.xlsx", village_rows()), actor=actor)
        rows = village_rows()
        rows[0]["务工时间（月）"] = None
        imported = bring_in(workbook(tmp_path / "b.xlsx", rows), actor=actor)
        assert set(imported.applied.values()) == {0}
        assert MemberSurvey.objects.get(member__member_no="P1").work_months == 10

    def test_a_person_missing_from_the_file_stays(self, actor, tmp_path):
        bring_in(workbook(tmp_path / "a.xlsx", village_rows()), actor=actor)
        imported = bring_in(workbook(tmp_path / "b.xlsx", village_rows()[:2]), actor=actor)
        assert imported.counts["missing"] == 1
        assert Membership.objects.filter(valid_to=None).count() == 4

    def test_judged_at_once(self, actor, tmp_path):

        make_standard("220503")
        bring_in(workbook(tmp_path / "a.xlsx", village_rows()), actor=actor)
        assert Assessment.objects.filter(year=2018).count() == 2
