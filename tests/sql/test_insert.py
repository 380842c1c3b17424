from datetime import date

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Value
from django.db.models.functions import Concat, JSONObject

from poverty.areas.models import Area, AreaChange, Settlement, SettlementFact
from poverty.audit.models import Entry
from poverty.sql.insert import insert_select
from tests.factories.areas import make_area, make_settlement

pytestmark = pytest.mark.django_db


def villages():
    return Area.objects.filter(level=12)


@pytest.fixture
def three_villages():
    return [make_area(code) for code in ("220503200200", "220503200201", "220502200200")]


def test_writes_one_row_per_row_with_expressions_and_plain_values(three_villages):
    written = insert_select(
        Settlement,
        villages(),
        {"village": F("code"), "name": Concat(F("name"), Value("一组")), "kind": "group"},
    )
    assert written == 3
    row = Settlement.objects.get(village="220503200200")
    assert (row.name, row.kind, row.valid_from, row.valid_to) == ("二道江村一组", "group", None, None)


def test_columns_do_not_depend_on_the_order_given(three_villages):
    insert_select(
        Settlement, villages(), {"kind": Value("natural_village"), "name": F("name"), "village": F("pk")}
    )
    assert set(Settlement.objects.values_list("village", "name", "kind")) == {
        ("220503200200", "二道江村", "natural_village"),
        ("220503200201", "桦树村", "natural_village"),
        ("220502200200", "江东村", "natural_village"),
    }


def test_fields_left_out_get_their_defaults(three_villages):
    insert_select(Entry, villages(), {"action": "test", "area_code": F("code")})
    entry = Entry.objects.first()
    assert (entry.changes, entry.case_id, entry.summary) == ({}, None, "")
    assert entry.at is not None  # db_default
    insert_select(
        AreaChange,
        villages().filter(code="220503200200"),
        {"kind": "abolish", "old": F("code"), "on": date(2020, 1, 1)},
    )
    change = AreaChange.objects.get()
    assert change.recorded_at is not None  # auto_now_add
    assert change.on == date(2020, 1, 1)
    assert change.new is None


def test_json_objects_percent_signs_and_quotes_survive(three_villages):
    insert_select(
        Entry,
        villages().filter(name__contains="二道").exclude(name__contains="%"),
        {
            "action": "100% 'sure'",
            "area_code": F("code"),
            "changes": JSONObject(name=F("name")),
            "summary": '"; DROP TABLE areas_area; --',
        },
    )
    entry = Entry.objects.get()
    assert entry.action == "100% 'sure'"
    assert entry.changes == {"name": "二道江村"}
    assert entry.summary == '"; DROP TABLE areas_area; --'


def test_model_instances_and_grouped_querysets_are_accepted(three_villages):
    settlement = make_settlement()
    written = insert_select(
        SettlementFact,
        Area.objects.filter(level=12).values("parent").annotate(n=Count("pk")).filter(n=2),
        {"settlement": settlement, "fact": "water", "valid_from": date(2018, 1, 1), "scheme": F("parent")},
    )
    assert written == 1
    assert SettlementFact.objects.get().scheme == "220503200"
    assert SettlementFact.objects.get().reached is None


def test_sliced_querysets_keep_their_order(three_villages):
    insert_select(
        Settlement, villages().order_by("-code")[:1], {"village": F("code"), "name": "一组", "kind": "group"}
    )
    assert Settlement.objects.get().village_id == "220503200201"


def test_nothing_selected_writes_nothing(three_villages):
    columns = {"village": F("code"), "name": "一组", "kind": "group"}
    assert insert_select(Settlement, Area.objects.none(), columns) == 0
    assert insert_select(Settlement, Area.objects.none(), columns, returning=["id"]) == []
    assert insert_select(Settlement, villages().filter(code="99"), columns) == 0


def test_returning_gives_the_written_rows(three_villages):
    rows = insert_select(
        Settlement,
        villages().filter(code__startswith="220502"),
        {"village": F("code"), "name": "一组", "kind": "group"},
        returning=["id", "village"],
    )
    assert rows == [(Settlement.objects.get().pk, "220502200200")]


def test_a_wrong_column_and_a_violation_are_errors(three_villages):
    with pytest.raises(FieldDoesNotExist):
        insert_select(Settlement, villages(), {"colour": "red"})
    with pytest.raises(FieldDoesNotExist):
        insert_select(Settlement, villages(), {"facts": "red"})
    make_settlement(three_villages[0], "一组")
    columns = {"village": F("code"), "name": "一组", "kind": "group"}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_select(Settlement, villages(), columns)
    assert Settlement.objects.count() == 1
    assert insert_select(Settlement, villages(), columns, ignore_conflicts=True) == 2


def test_upsert_updates_and_the_guard_keeps_a_newer_row(three_villages):
    Area.objects.filter(code="220503200200").update(valid_from=date(2020, 1, 1))
    Area.objects.filter(code="220503200201").update(valid_from=date(2010, 1, 1))
    written = insert_select(
        Area,
        villages().filter(code__startswith="220503"),
        {
            "code": F("code"),
            "name": "新名",
            "level": F("level"),
            "parent": F("parent"),
            "valid_from": date(2015, 1, 1),
        },
        unique=["code"],
        update=["name", "valid_from"],
        guard="valid_from",
    )
    assert written == 1
    assert Area.objects.get(code="220503200200").name == "二道江村"
    assert Area.objects.get(code="220503200201").name == "新名"


def test_unique_without_update_leaves_what_is_there(three_villages):
    columns = {"code": F("code"), "name": "新名", "level": F("level"), "parent": F("parent")}
    assert insert_select(Area, villages(), columns, unique=["code"]) == 0
