"""How a village is staffed: empty posts, too few, terms; what a county asks."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from poverty.accounts.models import Role
from tests.factories.accounts import make_actor, make_user
from tests.factories.areas import make_area
from tests.factories.posts import make_post, make_template
from tests.factories.villages import make_village
from tests.households.refusals import refused
from villages.models import PostTemplate, TemplateRow
from villages.posts.services.templates import end_template, set_template
from villages.posts.standing import is_short, months_after, standings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


def empty(village):
    return [slot.label for slot in standings([village])[0].empty]


def test_the_five_of_a_poor_village_with_the_empty_ones():
    village = make_village()
    assert empty(village) == [
        "联系县（市）级领导",
        "帮扶责任单位",
        "第一书记",
        "驻村工作组（队）",
        "驻村农技员",
    ]
    for post in ("leader", "unit", "first_secretary", "team_leader"):
        make_post(village, post)
    assert empty(village) == ["驻村农技员"]


def test_nothing_is_asked_of_another_village_until_the_county_asks():
    village = make_village(status="")
    assert empty(village) == []
    make_template(of="other", rows={"first_secretary": 1, "technician": 2}, name="三个一")
    make_post(village, "technician")
    found = standings([village])[0]
    assert found.asked.name == "三个一"
    assert [(slot.label, slot.lacking, slot.is_empty) for slot in found.empty] == [
        ("第一书记", 1, True),
        ("驻村农技员", 1, False),
    ]


def test_one_three_three_asks_for_leaders_and_units_beside_the_five():
    village = make_village()
    make_template(rows={"leader": 1, "coleader": 3, "unit": 1, "partner": 2}, name="1+3+3")
    make_post(village, "leader")
    make_post(village, "coleader")
    found = standings([village])[0]
    assert {slot.key: slot.lacking for slot in found.empty} == {"coleader": 2, "unit": 1, "partner": 2}


def test_a_post_that_ended_is_empty_from_that_day():
    village = make_village()
    make_post(village, valid_to=date(2018, 10, 10), end_reason="调动")
    assert "第一书记" in empty(village)
    assert standings([village], date(2018, 10, 9))[0].five[2].rows


def test_fewer_than_three_in_the_team_is_said_the_first_secretary_counts():
    village = make_village()
    leader = make_user("赵强")
    make_post(village, "first_secretary", person=leader)
    make_post(village, "team_leader", person=leader)  # 第一书记兼任队长: one person
    make_post(village, "team_member", person=make_user("钱进"))
    assert standings([village])[0].warnings == ["驻村工作队（含第一书记）现 2 人，少于 3 人。"]
    make_post(village, "team_member", person=make_user("孙明"))
    assert standings([village])[0].warnings == []


def test_short_terms_ended_terms_and_two_villages_are_said():
    village = make_village()
    person = make_user("赵强")
    make_post(village, person=person, since=date(2017, 5, 1), term_until=date(2018, 5, 1))
    make_post(make_village("220503100205"), person=person, term_until=date(2018, 12, 1))
    first, second = standings([village, make_village("220503100205")])
    assert "赵强（第一书记）任期已于 2018-05-01 届满，还没有轮换。" in first.warnings
    assert "赵强同时在 2 个村驻村。" in first.warnings
    assert "赵强（第一书记）任期不足 24 个月。" in second.warnings


def test_months_by_the_calendar():
    assert months_after(date(2016, 1, 31), 1) == date(2016, 2, 29)
    assert months_after(date(2016, 3, 1), 24) == date(2018, 3, 1)
    assert months_after(date(2016, 12, 15), 12) == date(2017, 12, 15)
    assert not is_short(date(2016, 3, 1), date(2018, 3, 1), 24)
    assert is_short(date(2016, 3, 1), date(2018, 2, 28), 24)
    assert not is_short(date(2016, 3, 1), None, 24)


def test_many_villages_cost_no_more_queries_than_one():
    villages = [make_village(f"2205031002{number:02d}") for number in range(10, 16)]
    for village in villages:
        make_post(village)
    with CaptureQueriesContext(
        connection,
    ) as one:
        standings(villages[:1])
    with CaptureQueriesContext(connection) as many:
        standings(villages)
    assert len(many) == len(one)


class TestTemplates:
    paper = {
        "name": "1321",
        "rows": {"leader": 1, "unit": 1, "partner": 2},
        "document": "方案",
        "term_months": 24,
    }

    def test_a_further_one_ends_the_one_before(self):
        actor = make_actor(Role.COUNTY_REVIEWER)
        first = set_template("220503", "poor", since=date(2017, 1, 1), actor=actor, **self.paper)
        set_template("220503", "poor", since=date(2018, 1, 1), actor=actor, **(self.paper | {"name": "5+2"}))
        first.refresh_from_db()
        assert first.valid_to == date(2018, 1, 1)
        assert PostTemplate.objects.open_on().get().name == "5+2"
        told = refused(set_template, "220503", "poor", since=date(2018, 1, 1), actor=actor, **self.paper)
        assert "新的须更晚" in told["since"][0]

    def test_it_says_what_is_lacking(self):
        actor = make_actor(Role.COUNTY_REVIEWER)
        told = refused(
            set_template,
            "220503",
            "all",
            name="",
            rows={"leader": 0},
            since=date(2018, 1, 1),
            document="",
            actor=actor,
        )
        assert set(told) == {"of", "name", "rows", "document"}

    def test_the_county_decides_for_its_county(self, township_officer, stranger):
        make_area("220503")
        for actor in (township_officer, stranger("county_reviewer")):
            with pytest.raises(PermissionDenied):
                set_template("220503", "poor", since=date(2018, 1, 1), actor=actor, **self.paper)

    def test_what_was_asked_stays(self):
        template = make_template()
        with pytest.raises(IntegrityError), transaction.atomic():
            TemplateRow.objects.update(least=9)
        with pytest.raises(IntegrityError), transaction.atomic():
            PostTemplate.objects.update(name="x")
        actor = make_actor(Role.COUNTY_REVIEWER)
        end_template(template, on=date(2018, 10, 10), actor=actor)
        told = refused(end_template, template, on=date(2018, 10, 11), actor=actor)
        assert "已于" in told[""][0]
