"""Invented contents for the style guide."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django import forms

from poverty.web.controls import CountField, DayField, MoneyField, PercentField, YesNoUnknown
from poverty.web.merging import Conflict
from poverty.web.paging import Page

ZONE = ZoneInfo("Asia/Shanghai")


class Person:
    """Somebody who may enter everywhere."""

    is_authenticated = True
    must_change_password = False
    name = "赵明德"
    pk = id = 1

    def has_right(self, code):
        return True


CAUSES = [("", "全部"), ("ill", "因病"), ("disabled", "因残"), ("school", "因学"), ("labour", "缺劳动力")]


class FilterForm(forms.Form):
    village = forms.ChoiceField(
        required=False, label="村", choices=[("", "全部 19 个村"), ("a", "二道沟村"), ("b", "四道江村")]
    )
    verdict = forms.ChoiceField(
        required=False, label="判定", choices=[("", "全部"), ("0", "未达标"), ("1", "待核实"), ("2", "达标")]
    )
    cause = forms.ChoiceField(required=False, label="主要致贫原因", choices=CAUSES)
    helper = forms.CharField(required=False, label="帮扶责任人")
    visited = forms.DateField(required=False, label="最近走访早于", widget=forms.DateInput)
    water = forms.ChoiceField(
        required=False, label="饮水", choices=[("", "全部"), ("0", "未达标"), ("1", "待核实")]
    )


class SampleForm(forms.Form):
    """One of each control."""

    name = forms.CharField(label="户主姓名", help_text="与户口簿一致")
    number = forms.CharField(label="证件号码")
    visited_on = DayField(label="调查日期")
    relation = forms.ChoiceField(
        label="主要致贫原因", choices=[("", "请选择"), *CAUSES[1:]], help_text="只选一项，按对收入影响最大的"
    )
    wage = MoneyField(label="工资性收入", required=False, help_text="务工毛收入，扣除往返路费后另列")
    business = MoneyField(label="生产经营性收入", required=False)
    transfer = MoneyField(label="转移性收入", required=False, help_text="一次性临时救助不计入")
    land = CountField(label="耕地面积", unit="亩", required=False)
    share = PercentField(label="医疗费用自付比例", required=False)
    safe_water = YesNoUnknown(label="饮水是否安全", help_text="看水质检测报告，没有报告选“未知”")
    broadcasting = YesNoUnknown(label="是否通广播电视")
    house = forms.ChoiceField(
        label="住房等级",
        widget=forms.RadioSelect,
        choices=[("A", "A级"), ("B", "B级"), ("C", "C级"), ("D", "D级")],
    )
    needs = forms.MultipleChoiceField(
        label="帮扶需求",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("job", "务工"), ("school", "助学"), ("house", "危房改造"), ("care", "医疗救助")],
    )
    partial = forms.BooleanField(label="有人长期在外，经电话核实", required=False)
    photo = forms.FileField(label="住房照片", required=False)
    note = forms.CharField(label="备注", widget=forms.Textarea, required=False)


def sample_form(bound=True):
    """The form as it comes back with two errors, a question and a conflict; or fresh."""
    last = {"wage": Decimal("12000"), "business": Decimal("3100.5"), "land": 6, "safe_water": False}
    values = {
        "name": "王建国",
        "number": "220503196204170017",
        "visited_on": "2018-10-12",
        "wage": "19800.00",
        "business": "-120",
        "transfer": "2640",
        "land": "6",
        "safe_water": "unknown",
        "broadcasting": "true",
        "house": "C",
        "needs": ["job", "house"],
    }
    form = SampleForm(values) if bound else SampleForm(initial=values)
    form.last_values = last
    if bound:
        form.is_valid()
        form.questions = {"wage": "比上年增加 65%，请核对务工月数和月工资。"}
        form.conflicts = {
            "land": Conflict(
                "land", "耕地面积", "6", "6.5", "8", "李秀兰 2018-10-12 09:41", "__choice-land", ""
            ),
            "house": Conflict(
                "house",
                "住房等级",
                "（空）",
                "C级",
                "D级",
                "住建局 孙立 2018-10-11 16:20",
                "__choice-house",
                "theirs",
            ),
        }
    return form


def row(name, village, persons, income, verdict, gaps, helper, days):
    return SimpleNamespace(
        name=name,
        village=village,
        persons=persons,
        income=income,
        verdict=verdict,
        gaps=gaps,
        helper=helper,
        days=days,
    )


ROWS = [
    row("王建国", "二道沟村", 3, Decimal("12340.5"), 0, "住房", "赵明德", 36),
    row("李秀英", "四道江村", 1, Decimal("3612"), 1, "饮水、收入", "孙立", 4),
    row("欧阳文山", "鸭园村", 5, None, 1, "收入", "周桂芬", 0),
    row("张德福", "桦树村", 2, Decimal("8800.25"), 2, "", "赵明德", 12),
    row("刘玉兰", "二道江村", 4, Decimal("6015"), 2, "", "吴长河", 0),
] * 4

LINES = [
    {
        "label": "收入",
        "state": 2,
        "actual": "12,340.50 元/人",
        "required": "≥ 3,535.00 元/人",
        "source": "走访",
        "on": date(2018, 10, 12),
    },
    {
        "label": "义务教育",
        "state": 2,
        "actual": "6–15 岁 1 人，在校 1 人",
        "required": "无辍学",
        "source": "学籍比对",
        "on": date(2018, 9, 30),
    },
    {
        "label": "基本医疗",
        "state": 1,
        "actual": "3 人中 2 人参保",
        "missing": "次女参保情况（医保局）",
        "required": "全部参保",
        "source": "医保比对",
        "on": date(2018, 9, 30),
    },
    {
        "label": "住房",
        "state": 0,
        "actual": "C级，待改造",
        "required": "A级或B级",
        "source": "鉴定",
        "on": date(2017, 6, 2),
        "evidence": "鉴定报告",
        "evidence_url": "#",
    },
    {
        "label": "饮水",
        "state": 1,
        "actual": None,
        "missing": "水质检测报告（水利局）",
        "required": "水量、水质、方便程度、保证率达标",
    },
    {
        "label": "通电",
        "state": 2,
        "actual": "通生活用电",
        "required": "通生活用电",
        "source": "随自然村 二道沟一组",
        "on": date(2016, 12, 1),
    },
    {
        "label": "稳定收入来源",
        "state": 3,
        "actual": None,
        "required": "—",
        "note": "2018 年起本省不考核此项（吉扶组〔2018〕3号）。",
    },
]

EVENTS = [
    {
        "at": date(2018, 10, 12),
        "title": "判定由 达标 变为 未达标",
        "text": "住房：B级 → C级",
        "who": "系统",
        "colour": "red",
    },
    {
        "at": date(2018, 10, 12),
        "title": "年度信息修改",
        "text": "工资性收入 12,000.00 → 19,800.00 元",
        "who": "李秀兰（二道沟村）",
        "recorded_at": datetime(2018, 10, 12, 9, 41, tzinfo=ZONE),
        "colour": "blue",
    },
    {
        "at": date(2018, 3, 2),
        "title": "增加成员 王小雨",
        "text": "出生，出生医学证明",
        "who": "李秀兰",
        "recorded_at": datetime(2018, 5, 20, 15, 2, tzinfo=ZONE),
        "late": True,
    },
    {
        "at": date(2016, 1, 1),
        "title": "登记为建档立卡户",
        "who": "二道沟村提出，鸭园镇确认",
        "colour": "green",
    },
]

TABS = [
    ("判定", "#", None, True),
    ("成员", "#", 3, False),
    ("收入", "#", None, False),
    ("走访", "#", 12, False),
    ("帮扶措施", "#", 4, False),
    ("变更", "#", 27, False),
]

PAGE = Page(ROWS, next_token="n", previous_token="p")
DONE = SimpleNamespace(pk=7, state="done", done=233000, total=233000, message="")
JOB = SimpleNamespace(pk=7, state="running", done=142000, total=233000, message="正在判定 二道江区")
