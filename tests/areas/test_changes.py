"""Merging, moving, abolishing and renaming places."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from poverty.accounts.models import Posting
from poverty.accounts.roles import Role
from poverty.areas import bearers
from poverty.areas.models import Area, AreaChange, AreaName, Settlement
from poverty.areas.services.changes import change_area, rename
from poverty.audit.models import Entry
from tests.factories.accounts import make_posting, make_user
from tests.factories.areas import make_area, make_settlement

pytestmark = pytest.mark.django_db

ON = date(2020, 3, 1)
DOCUMENT = "吉政函〔2020〕12号"


@pytest.fixture(autouse=True)
def only_these_bearers(monkeypatch):
    """Settlements and postings; what other apps register is their own test."""
    monkeypatch.setattr(
        bearers, "_BEARERS", [b for b in bearers._BEARERS if b.fields[0].startswith("areas.")]
    )
    bearers.register(bearers.Column("任职", "accounts.posting", "area"))


@pytest.fixture
def county():
    for code in ("220503100204", "220503100205", "220503101200", "220503101201"):
        make_area(code)


def change(kind, old, new="", **options):
    return change_area(kind, old, new, **{"actor": None, "on": ON, "document": DOCUMENT, **options})


def refused(field, *arguments, **options):
    before = list(Area.objects.values())
    with pytest.raises(ValidationError) as caught:
        change(*arguments, **options)
    assert field in caught.value.message_dict
    assert list(Area.objects.values()) == before
    assert AreaChange.objects.count() == 0
    return caught.value.messages[0]


def test_a_village_is_merged_into_another_with_all_that_bears_its_code(county):
    user = make_user()
    posting = make_posting(user, Role.VILLAGE_CLERK, "220503100205")
    settlement = make_settlement(Area.objects.get(code="220503100205"))
    result = change("merge", "220503100205", "220503100204", actor=user)
    assert result.pairs == {"220503100205": "220503100204"}
    assert result.moved == {"自然村/村民小组": 1, "任职": 1}
    assert Posting.objects.get(pk=posting.pk).area_id == "220503100204"
    assert Settlement.objects.get(pk=settlement.pk).village_id == "220503100204"
    assert Area.objects.get(code="220503100205").valid_to == ON
    recorded = AreaChange.objects.get()
    assert (recorded.kind, recorded.old_id, recorded.new_id) == ("merge", "220503100205", "220503100204")
    assert (recorded.on, recorded.document) == (ON, DOCUMENT)
    entry = Entry.objects.get(action="area.change")
    assert (entry.actor, entry.area_code) == (user, "220503100205")
    assert entry.changes["code"] == ["220503100205", "220503100204"]


def test_a_township_is_merged_and_its_villages_get_new_codes(county):
    make_posting(role=Role.TOWNSHIP_OFFICER, area="220503101")
    make_posting(role=Role.VILLAGE_CLERK, area="220503101200")
    result = change(
        "merge",
        "220503101",
        "220503100",
        below=[
            ("220503101200", "220503100208", ""),
            ("220503101201", "220503100204", ""),  # merged into a village that is there
        ],
    )
    assert result.created == ("220503100208",)
    assert sorted(Posting.objects.values_list("area", flat=True)) == ["220503100", "220503100208"]
    created = Area.objects.get(code="220503100208")
    assert (created.name, created.parent_id, created.valid_from) == ("区划220503101200", "220503100", ON)
    assert not Area.objects.in_force(ON).under("220503101").exists()
    assert AreaChange.objects.count() == 3


def test_a_township_moves_to_another_county(county):
    make_area("220502")
    result = change(
        "move",
        "220503101",
        "220502300",
        name="新铁厂镇",
        below=[("220503101200", "220502300200", "新名村"), ("220503101201", "220502300201", "")],
    )
    assert result.created == ("220502300", "220502300200", "220502300201")
    township = Area.objects.get(code="220502300")
    assert (township.name, township.parent_id, township.pinyin) == ("新铁厂镇", "220502", "xtcz")
    assert Area.objects.get(code="220502300200").name == "新名村"
    assert Area.objects.get(code="220502300201").name == "区划220503101201"


def test_two_villages_become_one_new_one(county):
    result = change(
        "move",
        "220503101",
        "220503300",
        below=[("220503101200", "220503300200", "联合村"), ("220503101201", "220503300200", "")],
    )
    assert result.created == ("220503300", "220503300200")
    assert Area.objects.get(code="220503300200").name == "联合村"


def test_groups_of_one_name_stay_apart(county):
    here = make_settlement(Area.objects.get(code="220503100204"), "一组")
    there = make_settlement(make_area("220503100205"), "一组")
    closed = make_settlement(make_area("220503100205"), "二组", valid_to=date(2019, 1, 1))
    change("merge", "220503100205", "220503100204")
    assert Settlement.objects.get(pk=here.pk).name == "一组"
    assert Settlement.objects.get(pk=there.pk).name == "区划220503100205一组"
    assert Settlement.objects.get(pk=closed.pk).village_id == "220503100204"


def test_an_empty_village_is_abolished(county):
    assert change("abolish", "220503100205").pairs == {"220503100205": ""}
    assert Area.objects.get(code="220503100205").valid_to == ON
    assert AreaChange.objects.get().new is None


def test_what_still_bears_the_code_stops_an_abolition(county):
    make_posting(role=Role.VILLAGE_CLERK, area="220503100205")
    make_settlement(Area.objects.get(code="220503100205"))
    message = refused("old", "abolish", "220503100205")
    assert "自然村/村民小组 1 条、任职 1 条" in message
    assert "220503101200" in refused("below", "abolish", "220503101")


@pytest.mark.parametrize(
    ("field", "arguments", "options", "message"),
    [
        ("kind", ("split", "220503100205", "220503100204"), {}, "变更类型"),
        ("old", ("merge", "220503100999", "220503100204"), {}, "没有代码为 220503100999"),
        ("new", ("merge", "220503100205", "220503100999"), {}, "合并须并入已有区划"),
        ("new", ("merge", "220503100205", "220503100205"), {}, "不能是原代码"),
        ("new", ("merge", "220503100205", "220503100"), {}, "应为 12 位数字"),
        ("new", ("move", "220503100205", "220503100204"), {}, "已属于“区划220503100204”"),
        ("new", ("move", "220503100205", "22050310020X"), {}, "应为 12 位数字"),
        ("new", ("move", "220503100205", "99"), {}, "应为 12 位数字"),
        ("new", ("move", "220503100205", "990503100205"), {}, "上级不存在或已撤销"),
        ("on", ("merge", "220503100205", "220503100204"), {"on": date(2099, 1, 1)}, "不能晚于今天"),
        ("document", ("merge", "220503100205", "220503100204"), {"document": " "}, "依据文件"),
        ("below", ("merge", "220503101", "220503100"), {}, "缺少 2 个下级区划的新代码"),
        (
            "below",
            ("merge", "220503101", "220503100"),
            {"below": [("220503101200", "220503100300", ""), ("220503101201", "220503200300", "")]},
            "不以 220503100 开头",
        ),
        (
            "below",
            ("merge", "220503100205", "220503100204"),
            {"below": [("220503101200", "220503100300", "")]},
            "不是 区划220503100205 下的在用区划",
        ),
        (
            "below",
            ("merge", "220503101", "220503100"),
            {"below": [("220503101200", "220503100300", ""), ("220503101200", "220503100301", "")]},
            "重复的原代码",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(county, field, arguments, options, message):
    assert message in refused(field, *arguments, **options)


def test_a_code_is_never_used_again(county):
    change("abolish", "220503100205")
    with pytest.raises(ValidationError, match="已于 2020-03-01 撤销"):
        change("merge", "220503100205", "220503100204")
    with pytest.raises(ValidationError, match="用过的代码不能再用"):
        change("move", "220503100204", "220503100205")
    with pytest.raises(ValidationError, match="用过的代码不能再用"):
        change("merge", "220503100204", "220503100205")


def test_a_failing_bearer_takes_everything_back(county):
    class Broken:
        label, fields = "坏", ("x.y.z",)

        def count(self, codes):
            return 0

        def move(self, pairs, **options):
            raise ValidationError("移不动")

    make_posting(role=Role.VILLAGE_CLERK, area="220503100205")
    bearers.register(Broken())
    with pytest.raises(ValidationError, match="移不动"):
        change("merge", "220503100205", "220503100204")
    assert Posting.objects.get().area_id == "220503100205"
    assert Area.objects.get(code="220503100205").valid_to is None


def test_a_name_changes_on_a_day_and_the_old_one_is_kept(county):
    area = rename("220503100205", actor=None, name=" 幸福村 ", on=ON, document=DOCUMENT)
    area.refresh_from_db()
    assert (area.name, area.pinyin) == ("幸福村", "xfc")
    rename("220503100205", actor=None, name="吉祥村", on=date(2021, 1, 1), document=DOCUMENT)
    assert list(AreaName.objects.values_list("name", "valid_from", "valid_to")) == [
        ("区划220503100205", None, ON),
        ("幸福村", ON, date(2021, 1, 1)),
    ]
    assert Entry.objects.filter(action="area.rename").first().changes == {"name": ["幸福村", "吉祥村"]}
    for field, options in {
        "name": {"name": "吉祥村"},
        "on": {"on": date(2020, 12, 31)},
        "document": {"document": ""},
        "code": {"code": "99"},
    }.items():
        given = {
            "code": "220503100205",
            "name": "甲村",
            "on": date(2022, 1, 1),
            "document": DOCUMENT,
            **options,
        }
        with pytest.raises(ValidationError) as caught:
            rename(given.pop("code"), actor=None, **given)
        assert field in caught.value.message_dict


def test_the_command_reads_the_table_of_villages(county, tmp_path, capsys):
    table = tmp_path / "below.csv"
    table.write_text(
        "\ufeffold,new,name\n220503101200,220503100208,\n220503101201,220503100209,新村\n", encoding="utf-8"
    )
    options = {"on": ON, "document": DOCUMENT}
    call_command("change_area", "merge", "220503101", "220503100", below=str(table), **options)
    out = capsys.readouterr().out
    assert "220503101 → 220503100\n" in out
    assert "220503101201 → 220503100209（新设）" in out
    call_command("change_area", "rename", "220503100209", name="又新村", on=date(2021, 1, 1), document="文")
    assert "现名 又新村" in capsys.readouterr().out
    call_command("change_area", "abolish", "220503100209", on=date(2022, 1, 1), document="文")
    assert "220503100209 → 撤销" in capsys.readouterr().out


def test_the_command_says_what_is_wrong(county, tmp_path):
    options = {"on": ON, "document": DOCUMENT}
    with pytest.raises(CommandError, match="合并须并入已有区划"):
        call_command("change_area", "merge", "220503100205", "220503100999", **options)
    table = tmp_path / "below.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match="应为列名 old,new"):
        call_command("change_area", "merge", "220503101", "220503100", below=str(table), **options)
    table.write_bytes("old,new\n甲,乙\n".encode("gbk"))
    with pytest.raises(CommandError, match="不是 UTF-8 编码"):
        call_command("change_area", "merge", "220503101", "220503100", below=str(table), **options)
    with pytest.raises(CommandError, match="无法读取文件"):
        call_command("change_area", "merge", "220503101", "220503100", below="/nowhere", **options)


@time_machine.travel("2020-02-29 16:30:00Z")  # already 1 March in Shanghai
def test_today_is_the_day_in_shanghai(county):
    assert change("abolish", "220503100205").pairs
    with pytest.raises(ValidationError, match="不能晚于今天"):
        change("abolish", "220503100204", on=date(2020, 3, 2))
