"""Natural villages and groups, and what reaches them."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from poverty.areas.models import Area, Settlement, SettlementFact
from poverty.areas.services import (
    add_settlement,
    change_settlement,
    close_settlement,
    register_use,
    set_fact,
)
from poverty.areas.services import settlements as module
from poverty.audit.models import Entry
from tests.factories.areas import make_area, make_settlement, make_settlement_fact

pytestmark = pytest.mark.django_db

PAPER = {"document_name": "饮水安全评价报告", "document_date": date(2018, 5, 20)}


@pytest.fixture(autouse=True)
def uses(monkeypatch):
    """No app above has a say here."""
    monkeypatch.setattr(module, "_USES", {})


def rows(settlement, fact="water"):
    return list(
        SettlementFact.objects.filter(settlement=settlement, fact=fact)
        .order_by("valid_from")
        .values_list("reached", "valid_from", "valid_to")
    )


def fault(call, field):
    with pytest.raises(ValidationError) as caught:
        call()
    assert field in caught.value.message_dict, caught.value.message_dict
    return caught.value.message_dict[field][0]


def test_a_group_is_added_and_logged(village_clerk):
    village = make_area("220503100204")
    settlement = add_settlement(
        village, actor=village_clerk, name=" 一组 ", kind="group", valid_from=date(2010, 1, 1)
    )
    assert Settlement.objects.get() == settlement
    assert (settlement.name, settlement.kind, settlement.valid_from) == ("一组", "group", date(2010, 1, 1))
    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.area_code) == ("settlement.add", village_clerk, "220503100204")


def test_what_is_no_village_or_has_the_name_already_is_refused():
    village = make_area("220503100204")
    add_settlement(village, actor=None, name="一组", kind="group")

    def add(place=village, **given):
        return lambda: add_settlement(place, actor=None, **{"name": "二组", "kind": "group", **given})

    assert "同名" in fault(add(name="一组"), "__all__")
    assert "不是在用的行政村" in fault(add(Area.objects.get(code="220503100")), "village")
    fault(add(name=" "), "name")
    fault(add(kind="town"), "kind")
    fault(add(valid_from=date(2099, 1, 1)), "valid_from")
    village.valid_to = date(2020, 1, 1)
    assert "不是在用的行政村" in fault(add(), "village")
    assert Settlement.objects.count() == 1


def test_without_the_right_at_the_place_nothing(auditor, stranger):
    settlement = make_settlement(make_area("220503100204"))
    for actor in (auditor, stranger("village_clerk")):
        with pytest.raises(PermissionDenied):
            add_settlement(settlement.village, actor=actor, name="二组", kind="group")
        with pytest.raises(PermissionDenied):
            change_settlement(settlement, actor=actor, name="二组", kind="group")
        with pytest.raises(PermissionDenied):
            close_settlement(settlement, actor=actor, on=date(2019, 1, 1), reason="撤并")
        with pytest.raises(PermissionDenied):
            set_fact(settlement, "water", actor=actor, reached=None, on=date(2018, 1, 1))
    assert Entry.objects.count() == 0


def test_a_name_is_corrected_and_only_then_logged():
    settlement = make_settlement(name="一组")
    change_settlement(settlement, actor=None, name="一组", kind="group")
    assert Entry.objects.count() == 0
    change_settlement(settlement, actor=None, name="一队", kind="group")
    assert Entry.objects.get().changes == {"name": ["一组", "一队"]}
    make_settlement(name="二组")
    assert "同名" in fault(
        lambda: change_settlement(settlement, actor=None, name="二组", kind="group"), "__all__"
    )


def test_closing_ends_the_facts_too():
    settlement = make_settlement()
    make_settlement_fact(settlement, "water", valid_from=date(2018, 1, 1))
    make_settlement_fact(settlement, "road", valid_from=date(2016, 1, 1), valid_to=date(2017, 1, 1))
    closed = close_settlement(settlement, actor=None, on=date(2019, 1, 1), reason="整组搬迁")
    assert closed.valid_to == date(2019, 1, 1)
    assert rows(settlement) == [(True, date(2018, 1, 1), date(2019, 1, 1))]
    assert rows(settlement, "road") == [(True, date(2016, 1, 1), date(2017, 1, 1))]
    entry = Entry.objects.get()
    assert (entry.changes, entry.summary) == ({"valid_to": [None, "2019-01-01"]}, "整组搬迁")
    assert "已于 2019-01-01 撤销" in fault(
        lambda: close_settlement(settlement, actor=None, on=date(2020, 1, 1), reason="x"), "on"
    )


def test_what_stops_a_closing():
    settlement = make_settlement(valid_from=date(2010, 1, 1))
    make_settlement_fact(settlement, "water", valid_from=date(2018, 1, 1))

    def close(on=date(2019, 1, 1), reason="搬迁"):
        return lambda: close_settlement(settlement, actor=None, on=on, reason=reason)

    fault(close(on=date(2099, 1, 1)), "on")
    assert "自 2010-01-01 设立" in fault(close(on=date(2010, 1, 1)), "on")
    assert "生效日期在撤销日期当天或之后" in fault(close(on=date(2018, 1, 1)), "on")
    fault(close(reason=" "), "reason")
    register_use("在册户", lambda ids: 3 if ids == [settlement.pk] else 0)
    assert "还有 3 个在册户" in fault(close(), "on")
    settlement.refresh_from_db()
    assert settlement.valid_to is None


def test_a_new_value_ends_the_one_before():
    settlement = make_settlement()
    set_fact(settlement, "water", actor=None, reached=False, on=date(2017, 1, 1), **PAPER)
    row = set_fact(
        settlement, "water", actor=None, reached=True, on=date(2018, 6, 1), scheme="二道沟供水工程", **PAPER
    )
    assert rows(settlement) == [
        (False, date(2017, 1, 1), date(2018, 6, 1)),
        (True, date(2018, 6, 1), None),
    ]
    entry = Entry.objects.first()
    assert (entry.action, entry.case_type, entry.case_id) == (
        "settlement.fact",
        "areas.settlement",
        settlement.pk,
    )
    assert entry.changes == {"reached": [False, True], "scheme": ["", "二道沟供水工程"]}
    assert entry.summary == "安全饮用水，2018-06-01 起"
    assert row.valid_from == date(2018, 6, 1)


def test_a_late_entry_keeps_what_came_after_it():
    settlement = make_settlement()
    set_fact(settlement, "road", actor=None, reached=True, on=date(2018, 6, 1), **PAPER)
    set_fact(settlement, "road", actor=None, reached=False, on=date(2016, 1, 1), **PAPER)
    set_fact(settlement, "road", actor=None, reached=None, on=date(2017, 1, 1))
    assert rows(settlement, "road") == [
        (False, date(2016, 1, 1), date(2017, 1, 1)),
        (None, date(2017, 1, 1), date(2018, 6, 1)),
        (True, date(2018, 6, 1), None),
    ]


def test_the_same_day_corrects_and_the_same_value_writes_nothing():
    settlement = make_settlement()
    first = set_fact(settlement, "power", actor=None, reached=True, on=date(2018, 1, 1), **PAPER)
    again = set_fact(settlement, "power", actor=None, reached=True, on=date(2018, 9, 1), **PAPER)
    assert again == first
    assert Entry.objects.count() == 1
    corrected = set_fact(settlement, "power", actor=None, reached=None, on=date(2018, 1, 1))
    assert corrected.pk == first.pk
    assert rows(settlement, "power") == [(None, date(2018, 1, 1), None)]
    assert Entry.objects.first().changes["reached"] == [True, None]


def test_the_four_facts_do_not_touch_each_other():
    settlement = make_settlement()
    for fact in SettlementFact.Fact.values:
        set_fact(settlement, fact, actor=None, reached=True, on=date(2018, 1, 1), **PAPER)
    assert SettlementFact.objects.filter(valid_to=None).count() == 4


@time_machine.travel("2018-11-03 04:00:00Z")
def test_what_a_fact_needs():
    settlement = make_settlement(valid_from=date(2010, 1, 1), valid_to=date(2018, 10, 1))

    def state(**given):
        given = {"reached": True, "on": date(2018, 5, 1), **PAPER, **given}
        return lambda: set_fact(settlement, given.pop("fact", "water"), actor=None, **given)

    assert "依据文件" in fault(state(document_name=" "), "document_name")
    assert "文件日期" in fault(state(document_date=None), "document_date")
    assert "文件日期" in fault(state(reached=False, document_date=None), "document_date")
    fault(state(document_date=date(2018, 11, 4)), "document_date")
    fault(state(reached=None, document_date=date(2018, 11, 4)), "document_date")
    assert "不能晚于今天" in fault(state(on=date(2018, 11, 4)), "valid_from")
    assert "尚未设立或已撤销" in fault(state(on=date(2009, 12, 31)), "valid_from")
    assert "尚未设立或已撤销" in fault(state(on=date(2018, 10, 1)), "valid_from")
    fault(state(fact="gas"), "fact")
    fault(state(note="长" * 201), "note")
    assert SettlementFact.objects.count() == 0
    state(reached=None, document_name="", document_date=None)()
    assert SettlementFact.objects.count() == 1
