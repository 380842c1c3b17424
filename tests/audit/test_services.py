from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import JSONObject

from poverty.areas.models import Area, Settlement
from poverty.audit.models import Entry
from poverty.audit.services import (
    UnmaskedNumber,
    differences,
    plain,
    record,
    record_rows,
    record_select,
)
from poverty.fields.states import MET
from tests.factories.accounts import make_user
from tests.factories.areas import make_area, make_settlement

pytestmark = pytest.mark.django_db

# Invented numbers: the region does not exist, so they belong to nobody.
IDENTITY = "990000195001010017"
MOBILE = "19900000000"
BANK = "6299000000000000017"


def test_an_entry_says_who_what_which_case_and_where():
    user, settlement = make_user(), make_settlement()
    entry = record(
        "settlement.close",
        settlement,
        actor=user,
        changes={"valid_to": [None, date(2018, 11, 3)]},
        summary="一组并入二组",
        purpose="区划调整",
    )
    entry.refresh_from_db()
    assert (entry.actor, entry.action) == (user, "settlement.close")
    assert (entry.case_type, entry.case_id) == ("areas.settlement", settlement.pk)
    assert entry.area_code == "220503200200"
    assert entry.changes == {"valid_to": [None, "2018-11-03"]}
    assert (entry.summary, entry.purpose) == ("一组并入二组", "区划调整")
    assert entry.at is not None


def test_an_object_may_say_itself_where_it_is_filed():
    entry = record("area.rename", make_area("220503"), actor=None)
    assert (entry.case_type, entry.case_id, entry.area_code) == ("areas.area", 220503, "220503")


def test_case_and_place_can_be_given():
    entry = record("x", actor=None, case=("households.household", 17, "220503200200"))
    assert (entry.case_type, entry.case_id, entry.area_code) == ("households.household", 17, "220503200200")
    entry = record("x", make_settlement(), actor=None, case=("households.household", 17), area_code="2205")
    assert (entry.case_type, entry.case_id, entry.area_code) == ("households.household", 17, "2205")
    entry = record("x", actor=None)
    assert (entry.case_type, entry.case_id, entry.area_code) == ("", None, "")


def test_an_entry_goes_with_its_transaction():
    def fail():
        with transaction.atomic():
            record("x", actor=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert Entry.objects.count() == 0


def test_values_become_what_json_can_hold():
    assert plain(date(2018, 11, 3)) == "2018-11-03"
    assert plain(datetime(2018, 11, 3, 1, 30, tzinfo=UTC)) == "2018-11-03 09:30"
    assert plain(Decimal("12340.50")) == "12340.50"
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Settlement.Kind.GROUP) == "group"
    assert plain(MET) == 2
    assert plain([None, True, 3, "x", (date(2018, 1, 1),)]) == [None, True, 3, "x", ["2018-01-01"]]
    assert plain({1: Decimal("0.10")}) == {"1": "0.10"}
    assert plain(make_area("22")) == "吉林省"


def test_differences_name_only_what_differs():
    before = {"name": "一组", "valid_to": None, "kind": "group"}
    after = {"kind": "group", "valid_to": date(2018, 1, 1), "note": "新", "remark": "", "zero": 0}
    assert differences(before, after) == {
        "valid_to": [None, "2018-01-01"],
        "note": [None, "新"],
        "zero": [None, 0],
    }


@pytest.mark.parametrize("field", ["identity_number", "phone", "bank_account", "disability_card"])
@pytest.mark.parametrize("number", [IDENTITY, MOBILE, BANK, int(MOBILE)], ids=range(4))
def test_a_sensitive_field_in_clear_is_refused_without_repeating_it(field, number):
    with pytest.raises(UnmaskedNumber) as refusal:
        record("member.save", actor=None, changes={field: [None, number]})
    assert str(number) not in str(refusal.value)
    assert field in str(refusal.value)
    with pytest.raises(UnmaskedNumber):
        record_rows("member.save", [{"changes": {field: [number, None]}}], actor=None)
    assert Entry.objects.count() == 0


def test_a_masked_sensitive_field_is_kept():
    record("member.save", actor=None, changes={"identity_number": ["", "990*************17"]})
    assert Entry.objects.get().changes == {"identity_number": ["", "990*************17"]}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"电话{MOBILE}找他", "电话199******00找他"),
        ("电话 199-0000-0000", "电话 199********00"),
        (f"身份证{IDENTITY}。", "身份证990*************17。"),
        ("证号99000019500101001X", "证号990*************1X"),
        ("证号99000019500101001x44", "证号990***************44"),
        ("旧证990000500101001", "旧证990**********01"),
        ("990000 19500101 0017", "990***************17"),
        (f"卡号{BANK}", "卡号629**************17"),
        ("１９９００００００００", "１９９******００"),
        (f"{MOBILE},{MOBILE}", "199******00,199******00"),
    ],
    ids=range(10),
)
def test_a_number_typed_into_a_text_is_masked_by_the_database(typed, kept):
    record("x", actor=None, summary=typed, purpose=typed, changes={"note": [typed, {"deep": [typed]}]})
    entry = Entry.objects.get()
    assert (entry.summary, entry.purpose) == (kept, kept)
    assert entry.changes == {"note": [kept, {"deep": [kept]}]}


@pytest.mark.parametrize(
    "text",
    [
        "220503200200",  # an area code
        "2018-11-03 09:30",
        "12340.50000000000000001",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "a13912345678b",  # inside a checksum
        "12345678901",  # eleven digits, no mobile number
    ],
)
def test_other_numbers_are_left_alone(text):
    record("x", actor=None, summary=text, changes={"v": [text, 0.30000000000000004]})
    entry = Entry.objects.get()
    assert entry.summary == text
    assert entry.changes == {"v": [text, 0.30000000000000004]}


def test_long_texts_are_cut_not_refused():
    record("x", actor=None, summary="长" * 600, purpose="长" * 201)
    entry = Entry.objects.get()
    assert (len(entry.summary), entry.summary[-1], len(entry.purpose)) == (500, "…", 200)


def test_many_rows_are_written_in_order_with_few_statements(django_assert_num_queries):
    user, settlement = make_user(), make_settlement()
    rows = ({"obj": settlement, "summary": str(n)} for n in range(2500))
    with django_assert_num_queries(4):  # savepoint, two batches, release
        assert record_rows("x", rows, actor=user) == 2500
    assert list(Entry.objects.order_by("id").values_list("summary", flat=True)[:3]) == ["0", "1", "2"]
    assert record_rows("x", [], actor=user) == 0


def test_rows_are_written_all_or_none():
    rows = [{"summary": "good"}, {"changes": {"phone": [None, MOBILE]}}]
    with pytest.raises(UnmaskedNumber):
        record_rows("x", rows, actor=None)
    assert Entry.objects.count() == 0


def test_one_statement_writes_an_entry_for_every_selected_row(django_assert_num_queries):
    user = make_user()
    for code in ("220503200200", "220503200201", "220502200200"):
        make_area(code)
    with django_assert_num_queries(1):
        written = record_select(
            "area.rename",
            Area.objects.under("220503").filter(level=12),
            actor=user,
            case_type="areas.area",
            case_id=F("level"),
            area_code=F("code"),
            changes=JSONObject(name=F("name"), phone=Value(f"电话{MOBILE}")),
            summary="更名",
        )
    assert written == 2
    entry = Entry.objects.get(area_code="220503200201")
    assert (entry.case_type, entry.case_id, entry.summary, entry.actor) == ("areas.area", 12, "更名", user)
    assert entry.changes == {"name": "桦树村", "phone": "电话199******00"}
    assert entry.at is not None


def test_a_selection_uses_the_key_and_may_have_no_actor():
    settlement = make_settlement()
    written = record_select(
        "x", Settlement.objects.all(), actor=None, case_type="areas.settlement", area_code=F("village")
    )
    entry = Entry.objects.get()
    assert (written, entry.case_id, entry.actor, entry.changes) == (1, settlement.pk, None, {})
