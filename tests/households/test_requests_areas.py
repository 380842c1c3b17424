"""Villages that are merged while a table from above is being filled: nothing that was filled is lost."""

from datetime import date

import pytest

from households.models import RequestPart, RequestRow, TableRequest
from households.services import request_filling as filling
from households.services.requests import close
from poverty.accounts.models import Role
from poverty.areas.services import change_area
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE
from tests.factories.requests import COUNTY, SECOND, make_issued, make_two_villages

pytestmark = pytest.mark.django_db
NEW = "220503100299"


@pytest.fixture
def issued():
    make_two_villages()
    return make_issued(make_actor(Role.COUNTY_REVIEWER, VILLAGE))


@pytest.fixture
def clerk(issued):
    return make_actor(Role.VILLAGE_CLERK, VILLAGE)


def fill(issued, number, actor, **answers):
    row = issued.rows.get(number=number)
    filling.save_row(row.pk, answers, dict.fromkeys(answers, ""), actor=actor)


def change(kind, old, new, **more):
    actor = make_actor(Role.ADMINISTRATOR, VILLAGE)
    return change_area(
        kind, old, new, actor=actor, on=date(2018, 11, 1), document="二政发〔2018〕9号", **more
    )


def part_at(code):
    return RequestPart.objects.select_related("request").get(area_code=code)


def test_a_moved_village_takes_its_part_along(issued, clerk):
    fill(issued, 4, clerk, c3="是")
    result = change("move", VILLAGE, NEW)
    assert result.moved["任务表"] == 1
    part = part_at(NEW)
    assert [(row.number, row.area_code, row.answers) for row in part.rows.all()] == [(4, NEW, {"c3": "是"})]
    assert not RequestPart.objects.filter(area_code=VILLAGE).exists()


def test_two_open_parts_become_one_and_the_surviving_village_fills_the_rest(issued, clerk):
    fill(issued, 4, clerk, c3="是")
    change("merge", VILLAGE, SECOND)
    part = part_at(SECOND)
    assert part.state == "open"
    assert [(row.number, row.answers) for row in part.rows.order_by("number")] == [(3, {}), (4, {"c3": "是"})]
    assert RequestPart.objects.count() == 1
    survivor = make_actor(Role.VILLAGE_CLERK, SECOND)
    rows = RequestRow.objects.visible_to(survivor, "request.fill")
    assert sorted(row.number for row in rows) == [3, 4]
    fill(issued, 3, survivor, c3="否")


def test_a_village_that_had_handed_in_is_open_again_for_the_rows_that_came(issued, clerk):
    survivor = make_actor(Role.VILLAGE_CLERK, SECOND)
    filling.submit(part_at(SECOND), actor=survivor, comment="户主外出")
    change("merge", VILLAGE, SECOND)
    part = part_at(SECOND)
    assert part.state == "open"
    fill(issued, 4, survivor, c3="是")


def test_what_was_handed_in_of_both_stays_handed_in(issued, clerk):
    filling.submit(part_at(VILLAGE), actor=clerk, comment="户主外出")
    filling.submit(part_at(SECOND), actor=make_actor(Role.VILLAGE_CLERK, SECOND), comment="户主外出")
    filling.accept(part_at(SECOND), actor=make_actor(Role.TOWNSHIP_OFFICER, VILLAGE))
    change("merge", VILLAGE, SECOND)
    part = part_at(SECOND)
    assert (part.state, part.rows.count()) == ("submitted", 2)  # one of the two is still to be looked through


def test_a_table_that_is_over_keeps_the_villages_of_its_day(issued):
    close(issued, actor=make_actor(Role.COUNTY_REVIEWER, VILLAGE))
    change("merge", VILLAGE, SECOND)
    assert list(RequestPart.objects.values_list("area_code", flat=True)) == [VILLAGE, SECOND]
    assert TableRequest.objects.get().area_code == COUNTY
