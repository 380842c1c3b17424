from datetime import date
from decimal import Decimal

import pytest

from poverty.standards.differences import above, deviations, differences
from poverty.standards.wording import figure, phrase
from tests.factories.standards import make_standard


def lines(found):
    return [(one.label, one.before, one.after, one.judged) for one in found]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "待填"),
        ("3747.00", "3,747"),
        ("0.68", "0.68"),
        ("13.50", "13.5"),
        ("100", "100"),
        ("50000", "50,000"),
    ],
)
def test_figures_have_only_the_decimals_they_need(value, text):
    assert figure(None if value is None else Decimal(value)) == text


def test_requirements_read_as_people_write_them():
    assert phrase("is_true", None, "") == "达到"
    assert phrase("gt", Decimal("3535"), "元/人·年") == "大于 3,535 元/人·年"
    assert phrase("le", None, "%") == "不高于 待填 %"


def test_what_changes_between_two_versions(db):
    old = make_standard(rows={"income": "3335", "food": None, "housing": None}, year=2017)
    new = make_standard(
        rows={"income": "3535.50", "housing": None, "water": None},
        status="draft",
        name="新标准",
        document_date=date(2017, 9, 1),
    )

    assert lines(differences(old, new)) == [
        ("人均纯收入", "大于 3,335 元/人·年", "大于 3,535.5 元/人·年", True),
        ("饮水安全", "无此项", "达到", True),
        ("不愁吃", "达到", "无此项", True),
        ("标准名称", "贫困户退出标准", "新标准", False),
        ("发文日期", "2016-09-01", "2017-09-01", False),
    ]


def test_without_an_earlier_version_every_row_is_new(db):
    new = make_standard(rows={"income": "3535", "food": None}, status="draft")

    assert lines(differences(None, new)) == [
        ("人均纯收入", "无此项", "大于 3,535 元/人·年", True),
        ("不愁吃", "无此项", "达到", True),
    ]


def test_evidence_and_clause_are_shown_but_judge_nobody(db):
    old, new = make_standard(year=2017), make_standard(status="draft")
    row = new.requirements.get(indicator="food")
    row.evidence = "入户核查记录"
    row.save()

    assert lines(differences(old, new)) == [("不愁吃：佐证材料", "—", "入户核查记录", False)]


def test_deviations_are_from_the_nearest_standard_above(db):
    make_standard("", rows={"income": "3000"})
    city = make_standard("2205", rows={"income": "3535"})
    county = make_standard("220503", rows={"income": "3535", "food": None})
    township = make_standard("220503100", rows={"income": "3535"})

    assert above(county) == city
    assert lines(deviations(county)) == [("不愁吃", "无此项", "达到", True)]
    assert lines(deviations(township)) == [("不愁吃", "达到", "无此项", True)]
    assert deviations(make_standard("140212", 2030)) == []


def test_weights_and_vetoes_of_villages_count_as_what_is_asked(db):
    old = make_standard(subject="village", rows={"incidence": "2"}, year=2017)
    new = make_standard(subject="village", rows={"incidence": "2"}, status="draft")
    row = new.requirements.get()
    row.weight, row.veto = 10, True
    row.save()
    row.refresh_from_db()

    assert lines(differences(old, new)) == [("贫困发生率", "小于 2 %", "小于 2 %，权重 10，一票否决", True)]
