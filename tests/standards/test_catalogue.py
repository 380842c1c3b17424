from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from poverty.parameters.services import set_parameter
from poverty.standards import services
from poverty.standards.catalogue import TEMPLATES, template_for


@pytest.fixture
def exit_line_of_2018(drafter):
    set_parameter("line.exit", "220503", date(2018, 1, 1), "3535", "吉脱贫办〔2018〕3号", actor=drafter)


def rows_of(standard):
    return [one.indicator for one in standard.requirements.all()]


@pytest.mark.parametrize(
    ("template", "indicators"),
    [
        ("national", ["income", "food", "water", "clothing", "education", "medical", "housing"]),
        ("sichuan", ["income", "education", "medical", "housing", "water", "power", "broadcasting"]),
        (
            "guangxi",
            [
                "stable_income",
                "food",
                "clothing",
                "housing",
                "medical",
                "education",
                "water",
                "road",
                "power",
                "broadcasting",
                "income",
            ],
        ),
    ],
)
def test_a_draft_from_a_template(drafter, exit_line_of_2018, template, indicators):
    standard = services.draft_from_template(actor=drafter, area_code="220503", year=2018, template=template)

    assert rows_of(standard) == indicators
    income = standard.requirements.get(indicator="income")
    assert (income.comparison, income.threshold, income.unit) == ("gt", Decimal("3535.00"), "元/人·年")
    assert all(one.clause and one.evidence for one in standard.requirements.all())
    assert all(one.comparison == "is_true" for one in standard.requirements.exclude(indicator="income"))


def test_the_line_is_that_of_the_year(drafter, exit_line_of_2018):
    set_parameter("line.exit", "220503", date(2019, 1, 1), "3747", "吉脱贫办〔2019〕2号", actor=drafter)

    assert services.exit_line("220503", 2018) == Decimal(3535)
    assert services.exit_line("220503", 2019) == Decimal(3747)
    assert services.exit_line("220503100", 2019) == Decimal(3747)


def test_without_a_line_the_threshold_is_left_open_and_asked_for_later(drafter, publisher):
    standard = services.draft_from_template(actor=drafter, area_code="220503", year=2050, template="national")

    assert standard.requirements.get(indicator="income").threshold is None
    assert services.problems(standard).message_dict == {
        "document_date": ["发布前须填写发文日期。"],
        "requirements-0-threshold": ["发布前须填写“人均纯收入”的标准值。"],
    }


def test_a_copy_takes_the_line_of_its_own_year(drafter, exit_line_of_2018):
    set_parameter("line.exit", "220503", date(2019, 1, 1), "3747", "吉脱贫办〔2019〕2号", actor=drafter)
    source = services.draft_from_template(actor=drafter, area_code="220503", year=2018, template="sichuan")

    copy = services.draft_from(actor=drafter, source=source, area_code="220503", year=2019)

    assert rows_of(copy) == rows_of(source)
    assert copy.requirements.get(indicator="income").threshold == Decimal("3747.00")


def test_unknown_templates_are_refused(drafter):
    with pytest.raises(ValidationError) as caught:
        services.draft_from_template(actor=drafter, area_code="220503", year=2018, template="mars")
    assert caught.value.message_dict == {"template": ["没有“mars”这一模板。"]}


def test_every_template_names_its_source_and_no_indicator_twice():
    for template in TEMPLATES.values():
        codes = [row.indicator for row in template.rows]
        assert len(codes) == len(set(codes))
        assert template.source


@pytest.mark.parametrize(
    ("area_code", "key"),
    [("510600", "sichuan"), ("450100", "guangxi"), ("220503", "national"), ("", "national")],
)
def test_a_province_is_offered_its_own_template(area_code, key):
    assert template_for(area_code).key == key
