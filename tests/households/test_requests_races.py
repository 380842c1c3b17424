"""Filling beside handing in and closing, answering a line twice, in real transactions: nothing slips through between."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from households.models import Member, NationalGap, RequestPart, RequestRow
from households.services import request_filling as filling
from households.services import requests as service
from households.services.national import mark_typed
from households.services.surveys import save_member_survey
from poverty.accounts.models import Role
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE, make_year
from tests.factories.incoming import bring_in, number_of, person, reviewer, workbook
from tests.factories.requests import make_issued, make_two_villages
from tests.households.beside import Beside, held_open, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

FILLED = {"c3": "是", "c4": "2018-10-01"}


@pytest.fixture
def setting():
    """An issued table, the row of the clerk's village, filled; the clerk and the county."""
    with transaction.atomic():  # the factories write a state and its step one after the other
        make_two_villages()
        county = make_actor(Role.COUNTY_REVIEWER, VILLAGE)
        clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE)
    asked = make_issued(county)
    row = RequestRow.objects.get(request=asked, part__area_code=VILLAGE)
    filling.save_row(row.pk, FILLED, dict.fromkeys(FILLED, ""), actor=clerk)
    return row, clerk, county


def _part(row):
    return RequestPart.objects.select_related("request").get(pk=row.part_id)


def test_handing_in_counts_what_is_taken_out_in_the_same_moment(setting):
    row, clerk, _ = setting
    part = _part(row)
    filler, end = held_open(lambda: filling.save_row(row.pk, {**FILLED, "c4": ""}, FILLED, actor=clerk))
    handing_in = Beside(lambda: filling.submit(part, actor=clerk))
    wait_until_somebody_waits()
    end()
    filler.finish()
    with pytest.raises(ValidationError, match="还有 1 行没有填完"):
        handing_in.finish()
    assert _part(row).state == "open"


def test_who_fills_while_it_is_handed_in_is_told_so(setting):
    row, clerk, _ = setting
    handing_in, end = held_open(lambda: filling.submit(_part(row), actor=clerk))
    filler = Beside(lambda: filling.save_row(row.pk, {**FILLED, "c4": "2018-10-02"}, FILLED, actor=clerk))
    wait_until_somebody_waits()
    end()
    handing_in.finish()
    with pytest.raises(ValidationError, match="本村已交，要改请乡镇退回"):
        filler.finish()
    row.refresh_from_db()
    assert row.answers == FILLED
    assert _part(row).state == "submitted"


def test_nothing_is_handed_in_or_filled_once_it_is_closed(setting):
    row, clerk, county = setting
    part = _part(row)
    closing, end = held_open(lambda: service.close(part.request, actor=county))
    handing_in = Beside(lambda: filling.submit(part, actor=clerk))
    wait_until_somebody_waits()
    end()
    closing.finish()
    with pytest.raises(ValidationError, match="任务表已结束，不能再填"):
        handing_in.finish()
    with pytest.raises(ValidationError, match="任务表已结束，不能再填"):
        filling.save_row(row.pk, {**FILLED, "c4": ""}, FILLED, actor=clerk)
    assert _part(row).state == "open"


def test_a_part_is_not_accepted_and_sent_back_at_once(setting):
    row, clerk, _ = setting
    filling.submit(_part(row), actor=clerk)
    with transaction.atomic():
        township = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)
    part = _part(row)
    accepting, end = held_open(lambda: filling.accept(part, actor=township))
    back = Beside(lambda: filling.send_back(part, actor=township, reason="日期不对"))
    wait_until_somebody_waits()
    end()
    accepting.finish()
    back.join(30)
    now = _part(row)
    assert now.state == ("accepted" if isinstance(back.result, Exception) else "returned")
    assert now.reason == ("" if now.state == "accepted" else "日期不对")


def test_a_line_of_the_list_is_marked_by_the_first(tmp_path):
    with transaction.atomic():
        make_year()
        actor = reviewer()
        first, second = (make_actor(Role.VILLAGE_CLERK, VILLAGE) for _ in range(2))
    row = person("H1", "P1", "王建国", number_of(date(1970, 3, 8), 1), **{"务工时间（月）": 10})
    bring_in(workbook(tmp_path / "a.xlsx", [row]), actor=actor, open_year=False)
    save_member_survey(Member.objects.get(), 2018, {"work_months": 6}, actor=first)
    gap = NationalGap.objects.get()
    marking, end = held_open(lambda: mark_typed([gap.pk], actor=first))
    beside = Beside(lambda: mark_typed([gap.pk], actor=second))
    wait_until_somebody_waits()
    end()
    marking.finish()
    with pytest.raises(ValidationError, match="没有选中可以办理的行"):
        beside.finish()
    gap.refresh_from_db()
    assert gap.typed_by == first
