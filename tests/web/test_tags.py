"""Tags and filters as pages use them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory

from poverty.web import numbers, questions
from poverty.web.controls import CountField, DayField, MoneyField, PercentField, YesNoUnknown
from poverty.web.paging import Page


def draw(source, path="/", **context):
    request = RequestFactory().get(path)
    return engines["django"].from_string("{% load poverty_web %}" + source).render(context, request)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12340.5"), "12,340.50"),
        (0, "0.00"),
        (Decimal("0.005"), "0.01"),
        (Decimal("-1234.5"), "-1,234.50"),
        ("", ""),
        (None, ""),
    ],
)
def test_money(value, text):
    assert numbers.money_text(value) == text
    assert draw("{{ v|money }}", v=value) == text


def test_large_sums_small_units():
    assert numbers.wan_text(6000000) == "600.00"
    assert numbers.wan_text(Decimal("4900050"), 1) == "490.0"
    html = draw("{% wan v %}", v=Decimal("12345678.9"))
    assert 'title="12,345,678.90 元"' in html
    assert ">1,234.57<" in html


def test_numbers_and_shares():
    assert numbers.number_text(Decimal("1200.50")) == "1,200.5"
    assert numbers.number_text(1200) == "1,200"
    assert numbers.number_text(1.005, 1) == "1.0"
    assert numbers.percent_text(1, 3) == "33.3%"
    assert numbers.percent_text(0, 3) == "0.0%"
    assert numbers.percent_text(1, 0) == ""
    assert numbers.percent_text(None, 3) == ""


def test_dates():
    assert draw("{{ d|day }}", d=date(2018, 11, 3)) == "2018-11-03"
    # 17:30 UTC is the next day in Asia/Shanghai.
    late = datetime(2018, 11, 2, 17, 30, tzinfo=UTC)
    assert draw("{{ d|day }} {{ d|moment }}", d=late) == "2018-11-03 2018-11-03 01:30"
    assert draw("{{ d|day }}", d=None) == ""
    assert draw("{{ d }}", d=date(2018, 11, 3)) == "2018-11-03"


def test_late_is_counted_in_days():
    today = date(2018, 11, 9)
    assert numbers.late_days(date(2018, 11, 3), today) == 6
    assert numbers.late_days(date(2018, 11, 9), today) == 0
    assert numbers.late_days(None, today) == 0
    assert "逾期6天" in draw("{% late due today %}", due=date(2018, 11, 3), today=today)


@pytest.mark.parametrize(
    ("value", "word", "shape"),
    [
        (0, "未达标", "#cross"),
        (1, "待核实", "#question"),
        (2, "达标", "#check"),
        (3, "不考核", "#dash"),
        (None, "无此项", "#dash"),
    ],
)
def test_a_state_is_a_word_with_a_shape(value, word, shape):
    html = draw("{% state v %}", v=value)
    assert f">{word}</span>" in html or html.endswith(f"{word}</span>")
    assert shape in html


def test_unknown_says_what_is_lacking_and_is_never_zero():
    assert "待核实" in draw("{% money v missing='收入未填' %}", v=None)
    assert "缺：收入未填" in draw("{% money v missing='收入未填' %}", v=None)
    assert "0.00" in draw("{% money v %}", v=0)
    assert "待核实" in draw("{% kv '耕地' v %}", v="")
    assert "待核实" not in draw("{% kv '耕地' v %}", v=0)


def test_what_people_typed_is_escaped():
    evil = "<script>"
    for source in ("{% kv 'x' v %}", "{% unknown v %}", "{% badge v %}", "{% icon 'check' v %}"):
        assert "<script>" not in draw(source, v=evil)


def test_addresses_keep_the_other_filters():
    assert draw("{% url_with sort='name' page=None %}", "/?q=wjg&page=t") == "?q=wjg&amp;sort=name"
    assert draw("{% url_without 'cause' 'ill' %}", "/?cause=ill&cause=school&page=t") == "?cause=school"
    assert draw("{% url_without 'cause' %}", "/?cause=ill&q=1") == "?q=1"


class FilterForm(forms.Form):
    cause = forms.MultipleChoiceField(
        label="致贫原因", required=False, choices=[("ill", "因病"), ("school", "因学")]
    )
    income_min = forms.DecimalField(label="收入下限", required=False)
    water = YesNoUnknown(label="饮水")
    q = forms.CharField(required=False)


def test_chips_name_the_choice_and_take_it_away():
    path = "/households/?cause=ill&cause=school&income_min=3000&water=unknown&q=wjg"
    form = FilterForm(RequestFactory().get(path).GET)
    html = draw("{% chips form %}", path, form=form)
    assert [word in html for word in ("因病", "因学", "3000", "未知", "wjg</")] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert "?cause=school&amp;income_min=3000" in html
    assert 'href="/households/"' in html


def test_sorting_turns_round():
    assert 'href="?sort=-name"' in draw("{% sort_header '户主' 'name' %}", "/?sort=name&page=x")
    assert 'aria-sort="ascending"' in draw("{% sort_header '户主' 'name' %}", "/?sort=name")
    assert 'aria-sort="descending"' in draw("{% sort_header '户主' 'name' %}", "/?sort=-name")
    assert "aria-sort" not in draw("{% sort_header '户主' 'name' %}", "/?sort=income")


def test_the_pager_shows_only_the_ways_there_are():
    both = draw("{% pager page %}", "/?q=1&page=now", page=Page([1], "next", "back"))
    assert "?q=1&amp;page=next" in both
    assert "?q=1&amp;page=back" in both
    alone = draw("{% pager page %}", page=Page([1]))
    assert "下一页" not in alone
    assert "上一页" not in alone
    assert "已回到第一页" in draw("{% pager page %}", page=Page([1], restarted=True))


class Survey(forms.Form):
    wage = MoneyField(label="工资性收入", required=False, help_text="毛收入")
    people = CountField(label="人口", unit="人")
    share = PercentField(label="比例", required=False)
    water = YesNoUnknown(label="饮水安全")
    on = DayField(label="日期")
    cause = forms.ChoiceField(label="原因", choices=[("", "请选择"), ("ill", "因病")])


def survey(**data):
    return Survey({"people": "3", "on": "2018-10-12", "cause": "ill"} | data)


def test_a_field_has_label_unit_and_descriptions_tied_to_it():
    form = survey(wage="-5")
    form.last_values = {"wage": Decimal(12000)}
    form.is_valid()
    html = draw("{% field form.wage %}", form=form)
    assert '<label class="field-label" for="id_wage">工资性收入' in html
    assert ">元</span>" in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_wage_helptext id_wage_last id_wage_error"' in html
    assert "上年 <b>12,000.00</b>" in html
    assert "金额不能为负数。" in html
    assert 'value="-5"' in html


def test_yes_no_unknown_is_a_group_that_always_shows_a_choice():
    html = draw("{% field form.water %}", form=Survey())
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count('type="radio"') == 3
    assert 'value="unknown" id="id_water_2" checked' in html.replace("required ", "")


@pytest.mark.parametrize(
    ("typed", "value"), [("true", True), ("false", False), ("unknown", None), ("", None), ("rubbish", None)]
)
def test_unknown_is_neither_yes_nor_no(typed, value):
    form = survey(water=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["water"] is value


@pytest.mark.parametrize(
    ("typed", "value"),
    [("12,340.50", "12340.50"), ("１２３４元", "1234"), ("¥ 5", "5"), ("0", "0"), ("", None)],
)
def test_money_is_read_as_people_type_it(typed, value):
    form = survey(wage=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["wage"] == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("wage", "-1", "金额不能为负数。"),
        ("wage", "一百", "请填金额，例如 12340.50。"),
        ("wage", "1.005", "最多两位小数。"),
        ("people", "-1", "不能为负数。"),
        ("people", "2.5", "请填整数。"),
        ("share", "101", "百分比不能大于 100。"),
        ("on", "2018-02-30", "日期写成 2018-11-03。"),
        ("on", "2999-01-01", "日期在今天之后，请核对。"),
    ],
)
def test_bad_input_is_told_in_plain_words(field, typed, message):
    form = survey(**{field: typed})
    assert not form.is_valid()
    assert form.errors[field] == [message]


@pytest.mark.parametrize("typed", ["20181012", "2018/10/12", "2018年10月12日", "２０１８－１０－１２"])
def test_days_are_read_as_people_type_them(typed):
    form = survey(on=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == date(2018, 10, 12)


def test_errors_are_listed_on_top_with_links_and_a_missing_answer_says_what_to_do():
    form = survey(cause="", people="")
    form.is_valid()
    html = draw("{% form_top form %}", form=form)
    assert 'href="#id_cause"' in html
    assert "请选择。" in html
    assert "请填写。" in html


def test_a_question_is_asked_once_and_anew_when_it_changes():
    form = survey(wage="19800")
    assert form.is_valid()
    questions.ask(form, "wage", "比上年增加 65%，请核对。")
    assert questions.unanswered(form)
    html = draw("{% form_top form %}", form=form)
    assert "比上年增加 65%" in html
    answered = survey(wage="19800", questions_answered=questions.digest(form))
    assert answered.is_valid()
    assert not questions.unanswered(answered)
    questions.ask(answered, "wage", "比上年增加 65%，请核对。")
    assert not questions.unanswered(answered)
    questions.ask(answered, "wage", "比上年增加 90%，请核对。")
    assert questions.unanswered(answered)
