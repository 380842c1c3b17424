"""Importing division codes: what is written, what is refused, and what a second run does."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from poverty.areas.models import Area, AreaName
from poverty.areas.services.imports import ImportRefused, import_areas
from poverty.audit.models import Entry
from tests.factories.areas import make_area

pytestmark = pytest.mark.django_db

HEADING = "code,name,level,parent_code"
COUNTY = [
    "22,吉林省,province,",
    "2205,通化市,city,22",
    "220503,二道江区,county,2205",
    "220503100,鸭园镇,township,220503",
    "220503100204,二道沟村,village,220503100",
    "220503100205,头道沟村,village,220503100",
]
DEMO = Path(__file__).parents[2] / "poverty/areas/data/220503.csv"


def load(lines, heading=HEADING, encoding="utf-8", **options):
    text = "\n".join([heading, *lines]) + "\n"
    return import_areas(io.BytesIO(text.encode(encoding)), actor=None, **options)


def refusal(lines, **options):
    """The message of the refusal; nothing may have been written."""
    before = list(Area.objects.values_list("code", "name", "parent"))
    with pytest.raises(ImportRefused) as caught:
        load(lines, **options)
    assert list(Area.objects.values_list("code", "name", "parent")) == before
    return "\n".join(caught.value.messages)


def test_places_are_added_with_parent_level_and_pinyin():
    result = load(COUNTY)
    assert (result.read, result.added, result.renamed, result.missing_count) == (6, 6, 0, 0)
    village = Area.objects.get(code="220503100204")
    assert (village.name, village.level, village.parent_id) == ("二道沟村", 12, "220503100")
    assert (village.pinyin, village.valid_from, village.valid_to) == ("edgc", None, None)
    assert Area.objects.get(code="22").parent is None


def test_a_second_run_writes_nothing():
    load(COUNTY)
    entries = Entry.objects.count()
    result = load(COUNTY)
    assert (result.read, result.written) == (6, 0)
    assert Entry.objects.count() == entries


def test_the_order_of_lines_and_columns_does_not_matter():
    lines = [
        "220503100,extra,220503100204,village,二道沟村",
        "220503,extra,220503100,township,鸭园镇",
        ",extra,220503,county,二道江区",
    ]
    assert load(lines, heading="parent_code,note,code,level,name").added == 3
    assert Area.objects.get(code="220503100204").parent_id == "220503100"


def test_a_file_may_begin_at_any_level():
    assert load(["220503100,鸭园镇,township,", "220503100204,二道沟村,village,220503100"]).added == 2
    assert Area.objects.get(code="220503100").parent is None


def test_a_parent_may_be_here_already_and_a_root_gets_its_parent_later():
    load(["220503100,鸭园镇,township,"])
    result = load(COUNTY)
    assert (result.added, result.attached) == (5, 1)
    assert Area.objects.get(code="220503100").parent_id == "220503"
    assert load(["220503100,鸭园镇,township,"]).written == 0  # no parent in the file takes none away
    assert load(["220503100206,四道江村,village,220503100"]).added == 1


def test_a_byte_order_mark_blank_lines_and_spaces_are_no_fault():
    text = "\ufeff" + HEADING + "\r\n22 , 吉林省 ,province,\r\n\r\n,,,\r\n"
    assert import_areas(io.BytesIO(text.encode()), actor=None).added == 1
    assert Area.objects.get().name == "吉林省"


def test_another_encoding_is_named_or_can_be_given():
    with pytest.raises(ImportRefused, match=r"不是 UTF-8 编码.*gb18030"):
        load(COUNTY, encoding="gb18030")
    text = "\n".join([HEADING, *COUNTY]).encode("gb18030")
    assert import_areas(io.BytesIO(text), actor=None, encoding="gb18030").added == 6


def test_a_new_name_keeps_the_old_one():
    load(COUNTY, founded=date(2010, 1, 1))
    renamed = [line.replace("头道沟村", "幸福村") for line in COUNTY]
    result = load(renamed, on=date(2019, 5, 1), document="通政发〔2019〕3号")
    assert (result.added, result.renamed) == (0, 1)
    area = Area.objects.get(code="220503100205")
    assert (area.name, area.pinyin) == ("幸福村", "xfc")
    name = AreaName.objects.get()
    assert (name.area, name.name, name.document) == (area, "头道沟村", "通政发〔2019〕3号")
    assert (name.valid_from, name.valid_to) == (date(2010, 1, 1), date(2019, 5, 1))
    entry = Entry.objects.get(action="area.rename")
    assert (entry.area_code, entry.case_id) == ("220503100205", 220503100205)
    assert entry.changes == {"name": ["头道沟村", "幸福村"]}

    load(COUNTY, on=date(2020, 1, 1))
    names = list(AreaName.objects.values_list("name", "valid_from", "valid_to"))
    assert names[1:] == [("幸福村", date(2019, 5, 1), date(2020, 1, 1))]


def test_renamed_twice_on_one_day_the_name_in_between_leaves_no_row():
    load(COUNTY)
    load([line.replace("头道沟村", "甲村") for line in COUNTY], on=date(2019, 5, 1))
    load([line.replace("头道沟村", "乙村") for line in COUNTY], on=date(2019, 5, 1))
    assert Area.objects.get(code="220503100205").name == "乙村"
    assert list(AreaName.objects.values_list("name", flat=True)) == ["头道沟村"]


def test_a_new_name_cannot_hold_before_a_later_one():
    load(COUNTY)
    load([line.replace("头道沟村", "甲村") for line in COUNTY], on=date(2019, 5, 1))
    message = refusal([line.replace("头道沟村", "乙村") for line in COUNTY], on=date(2018, 1, 1))
    assert "第 7 行：代码 220503100205 在 2018-01-01 之后已有更名记录" in message


def test_what_the_file_leaves_out_stays_and_is_listed():
    load([*COUNTY, "220503101,铁厂镇,township,220503", "220503101200,四道沟村,village,220503101"])
    result = load(COUNTY[:-1])
    assert result.missing == [("220503100205", "头道沟村"), ("220503101", "铁厂镇")]  # a branch by its top
    assert Area.objects.filter(valid_to__isnull=True).count() == 8
    assert load(COUNTY[:4]).missing == [("220503101", "铁厂镇")]  # no villages in the file at all


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("220504100,外镇,township,220503", "第 8 行：代码 220504100（外镇）不以上级代码 220503 开头"),
        ("220503,二道江区,county,220503", "不以上级代码 220503 开头"),
        ("2205031,短镇,township,220503", "第 8 行：代码 2205031 为 7 位，乡镇级代码应为 9 位"),
        ("220503101,铁厂镇,village,220503", "代码 220503101 为 9 位，村级代码应为 12 位"),
        ("22050310X,铁厂镇,township,220503", "代码“22050310X”应全为数字"),
        ("２２０５０３１０１,铁厂镇,township,220503", "应全为数字"),
        (",铁厂镇,township,220503", "代码“”应全为数字"),
        ("020503101,铁厂镇,township,", "不应以 0 开头"),
        ("220503101,铁厂镇,town,220503", "级别“town”无法识别"),
        ("220503101, ,township,220503", "代码 220503101 的名称为空"),
        ("220503101," + "长" * 61 + ",township,220503", "名称有 61 字，最多 60 字"),
        ("220503101,铁\t厂镇,township,220503", "名称含有不可见字符"),
        ("220503101,铁厂镇,township", "第 8 行：只有 3 列，应有 4 列"),
        ("220503100204,另一村,village,220503100", "第 8 行：代码 220503100204 重复，第 6 行已有"),
        ("220509101,外镇,township,220509", "代码 220509101 的上级 220509 不在文件中，系统中也没有"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(line, message):
    assert message in refusal([*COUNTY, line])


def test_all_wrong_lines_are_named_up_to_fifty():
    lines = [f"9{n:03d},坏,township,220503" for n in range(60)]
    message = refusal([*COUNTY, *lines])
    assert message.count("第 ") == 50
    assert "另有 10 处错误未列出" in message
    assert "没有导入任何内容" in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "第 1 行：缺少列 code、name、level、parent_code"),
        (b"code,name,level\n22,x,province\n", "缺少列 parent_code"),
        (HEADING.encode() + b"\n", "文件中没有任何区划"),
        (HEADING.encode() + b'\n22,"abc\n', "CSV 格式有误"),
        (HEADING.encode() + b'\n22,"a"b,province,\n', "第 2 行：CSV 格式有误"),
        (HEADING.encode() + b"\n22," + b"x" * 200_000 + b",province,\n", "CSV 格式有误"),
        (b"PK\x03\x04\x14\x00\xff\xfe", "不是 UTF-8 编码"),
        (b"\x00\x00\x00", "缺少列"),
    ],
)
def test_a_file_that_is_none_is_refused(content, message):
    with pytest.raises(ImportRefused, match=message):
        import_areas(io.BytesIO(content), actor=None)
    assert Area.objects.count() == 0


def test_an_abolished_code_is_neither_revived_nor_given_to_another():
    load(COUNTY)
    Area.objects.filter(code="220503100205").update(valid_to=date(2020, 1, 1))
    result = load(COUNTY)
    assert (result.written, result.abolished) == (0, 1)
    assert Area.objects.get(code="220503100205").valid_to == date(2020, 1, 1)
    message = refusal([*COUNTY[:-1], "220503100205,新村,village,220503100"])
    assert "代码 220503100205 曾属于“头道沟村”（2020-01-01 撤销），用过的代码不能再给“新村”" in message


def test_nothing_is_added_under_an_abolished_parent():
    load(COUNTY)
    Area.objects.filter(code="220503100").update(valid_to=date(2020, 1, 1))
    assert "上级 220503100 已撤销" in refusal(["220503100206,四道江村,village,220503100"])


def test_a_name_is_data_never_sql_or_copy_syntax():
    make_area("220503100")
    load([r"""220503100204,"\N'; DROP TABLE x; --\.\t%s",village,220503100"""])
    assert Area.objects.get(code="220503100204").name == r"\N'; DROP TABLE x; --\.\t%s"


def test_the_statements_do_not_grow_with_the_file(django_assert_max_num_queries):
    lines = [*COUNTY, *(f"220503100{n},村{n},village,220503100" for n in range(300, 900))]
    with django_assert_max_num_queries(30):
        assert load(lines).added == 606
    with django_assert_max_num_queries(30):
        assert load([line.replace("村", "屯") for line in lines], on=date(2019, 1, 1)).renamed == 602


def test_the_demo_county_has_its_real_places():
    with DEMO.open("rb") as file:
        assert import_areas(file, actor=None).added == 50
    below = Area.objects.under("220503")
    assert below.filter(level=9).count() == 6
    assert below.filter(level=12).count() == 41
    assert below.filter(level=12, name__endswith="村").count() == 19
    assert Area.objects.get(code="220503100204").name == "二道沟村"


def test_the_command_reports_in_words_and_as_json(tmp_path, capsys):
    path = tmp_path / "county.csv"
    path.write_text("\n".join([HEADING, *COUNTY]), encoding="utf-8")
    call_command("import_areas", path)
    assert "读取 6 行：新增 6，更名 0，调整上级 0。" in capsys.readouterr().out
    call_command("import_areas", path)
    assert "没有变化，未写入任何内容" in capsys.readouterr().out
    path.write_text("\n".join([HEADING, *COUNTY[:-1]]), encoding="utf-8")
    call_command("import_areas", path)
    assert "220503100205 头道沟村" in capsys.readouterr().out
    call_command("import_areas", path, json=True)
    answer = json.loads(capsys.readouterr().out)
    assert {key: answer[key] for key in ("read", "added", "renamed", "written", "missing")} == {
        "read": 5,
        "added": 0,
        "renamed": 0,
        "written": 0,
        "missing": 1,
    }
    assert answer["missing_codes"] == ["220503100205"]


def test_the_command_says_why_it_refuses(tmp_path):
    path = tmp_path / "county.csv"
    path.write_text("\n".join([HEADING, "22,,province,"]), encoding="utf-8")
    with pytest.raises(CommandError, match="第 2 行：代码 22 的名称为空"):
        call_command("import_areas", path)
    with pytest.raises(CommandError, match="无法读取文件"):
        call_command("import_areas", tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match="不认识的编码"):
        call_command("import_areas", path, encoding="klingon")


def test_quoted_names_may_hold_commas():
    row = io.StringIO()
    csv.writer(row).writerow(["22", "甲,乙省", "province", ""])
    load([row.getvalue().strip()])
    assert Area.objects.get().name == "甲,乙省"
