from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from poverty.audit.models import Entry
from poverty.review.errors import ChangedMeanwhile
from poverty.review.models import Step
from poverty.standards import services
from poverty.standards.models import Requirement, Standard
from tests.factories.accounts import make_actor
from tests.factories.standards import make_standard
from tests.standards.values import row, typed_values, yes_no


def draft(drafter, *rows, year=2018, area_code="220503", subject="household", **fields):
    return services.draft_standard(
        actor=drafter, area_code=area_code, year=year, subject=subject, values=typed_values(*rows, **fields)
    )


def refused(call, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    return caught.value.message_dict if hasattr(caught.value, "error_dict") else caught.value.messages


def test_a_draft_keeps_its_rows_its_maker_and_its_step(drafter):
    standard = draft(drafter, row(evidence="收入测算表", clause="第三条第一款"), yes_no("housing"))

    assert (standard.status, standard.version, standard.drafted_by, standard.makers) == (
        "draft",
        1,
        drafter,
        [drafter.pk],
    )
    income, housing = standard.requirements.all()
    assert (income.indicator, income.comparison, income.threshold, income.unit) == (
        "income",
        "gt",
        Decimal("3535.00"),
        "元/人·年",
    )
    assert (income.evidence, income.clause, income.order) == ("收入测算表", "第三条第一款", 1)
    assert (housing.comparison, housing.threshold, housing.order) == ("is_true", None, 2)
    step = Step.objects.get(case_type="standards.standard", case_id=standard.pk)
    assert (step.transition, step.lane, step.decided_by) == ("draft", "propose", drafter)
    assert Entry.objects.filter(case_type="standards.standard", case_id=standard.pk).count() == 1


def test_an_indicator_nobody_defines_is_refused_and_nothing_is_saved(drafter):
    messages = refused(draft, drafter, row(), yes_no("happiness"))

    assert messages == {"requirements-1-indicator": ["指标“happiness”没有定义，不能保存；请从列表中选择。"]}
    assert not Standard.objects.exists()


def test_an_indicator_of_another_subject_is_unknown_here(drafter):
    assert "requirements-0-indicator" in refused(draft, drafter, yes_no("clinic"))


@pytest.mark.parametrize(
    ("faulty", "field", "message"),
    [
        (row(indicator=""), "indicator", "请选择指标。"),
        (row(comparison="lt"), "comparison", "“人均纯收入”只能选：大于、不低于。"),
        (row(comparison="is_true"), "comparison", "“人均纯收入”只能选：大于、不低于。"),
        (row(comparison="near"), "comparison", "“人均纯收入”只能选：大于、不低于。"),
        (
            row(threshold="0"),
            "threshold",
            "0 不合理：“人均纯收入”须在 1 至 100,000 之间（元/人·年）。",
        ),
        (
            row(threshold="-3535"),
            "threshold",
            "-3,535 不合理：“人均纯收入”须在 1 至 100,000 之间（元/人·年）。",
        ),
        (
            row(threshold="3535000"),
            "threshold",
            "3,535,000 不合理：“人均纯收入”须在 1 至 100,000 之间（元/人·年）。",
        ),
        (row(threshold="3535.001"), "threshold", "请填写数字，最多两位小数。"),
        (row(threshold="NaN"), "threshold", "请填写数字，最多两位小数。"),
        (row(threshold="1E+30"), "threshold", "请填写数字，最多两位小数。"),
        (row("housing", "is_true", "1"), "threshold", "“住房安全”是是否类指标，不填标准值。"),
        (row("housing", "gt", None), "comparison", "“住房安全”只能选：达到。"),
        (row(weight=Decimal(5)), "weight", "只有村的标准有权重。"),
        (row(veto=True), "veto", "只有村的标准有一票否决。"),
        (row(evidence="长" * 201), "evidence", "佐证材料最多 200 个字。"),
        (row(clause="第\x00条"), "clause", "条款含有无法保存的字符。"),
    ],
)
def test_a_faulty_row_is_refused_at_its_field(drafter, faulty, field, message):
    assert refused(draft, drafter, yes_no("food"), faulty) == {f"requirements-1-{field}": [message]}


def test_a_village_threshold_in_percent_ends_at_100(drafter):
    percent = row("incidence", "lt", "100.01")

    assert refused(draft, drafter, percent, subject="village") == {
        "requirements-0-threshold": ["100.01 不合理：“贫困发生率”须在 0 至 100 之间（%）。"]
    }
    kept = draft(
        drafter,
        row("incidence", "lt", "2", veto=True),
        yes_no("clinic", weight=Decimal("5.50")),
        subject="village",
    )
    assert [(one.veto, one.weight) for one in kept.requirements.all()] == [
        (True, None),
        (False, Decimal("5.50")),
    ]


@pytest.mark.parametrize("weight", ["0", "-1", "100.01", "1.001"])
def test_a_weight_is_above_0_and_at_most_100(drafter, weight):
    messages = refused(draft, drafter, yes_no("clinic", weight=Decimal(weight)), subject="village")

    assert messages == {"requirements-0-weight": ["权重须大于 0 且不超过 100，最多两位小数。"]}


def test_the_same_indicator_twice_is_refused(drafter):
    assert refused(draft, drafter, row(), yes_no("food"), row(threshold="4000")) == {
        "requirements-2-indicator": ["“人均纯收入”与第 1 行重复，同一指标只能出现一次。"]
    }


def test_the_comparison_may_be_left_to_the_indicator(drafter):
    standard = draft(drafter, row(comparison=""), row("housing", "", None))

    assert [one.comparison for one in standard.requirements.all()] == ["gt", "is_true"]


@pytest.mark.parametrize("year", [2013, 2101, 0, None, "2018"])
def test_the_year_is_between_2014_and_2100(drafter, year):
    assert refused(draft, drafter, year=year) == {"year": ["年度须在 2014 至 2100 之间。"]}


def test_the_head_is_checked(drafter):
    messages = refused(draft, drafter, name=" ", document_date=date(2031, 1, 1), document_number="号" * 61)

    assert messages == {
        "name": ["请填写标准名称。"],
        "document_date": ["发文日期不能晚于今天。"],
        "document_number": ["文号最多 60 个字。"],
    }
    assert refused(draft, drafter, document_date=date(1916, 9, 1)) == {
        "document_date": ["发文日期 1916-09-01 过早，请核对。"]
    }


def test_subject_and_area_must_exist(drafter):
    assert "subject" in refused(draft, drafter, subject="person")
    assert refused(draft, drafter, area_code="220503999") == {
        "area_code": ["没有区划代码 220503999，请核对。"]
    }


def test_only_the_county_office_drafts_and_only_in_its_area(db, actors):
    for role, user in actors.items():
        if role == "county_reviewer":
            continue
        with pytest.raises(PermissionDenied):
            draft(user)
    with pytest.raises(PermissionDenied):
        draft(actors["county_reviewer"], area_code="140212")
    with pytest.raises(PermissionDenied):
        draft(actors["county_reviewer"], area_code="22")
    with pytest.raises(PermissionDenied):
        draft(actors["county_reviewer"], area_code="")
    assert not Standard.objects.exists()


def test_saving_again_changes_rows_in_place_and_logs_what_changed(drafter):
    standard = draft(drafter, row(), yes_no("housing"), yes_no("food"))
    ids = {one.indicator: one.pk for one in standard.requirements.all()}

    changed = services.update_draft(
        standard,
        actor=drafter,
        values=typed_values(
            yes_no("water"), row(threshold="3600"), yes_no("housing"), name="二道江区退出标准"
        ),
    )

    rows = list(changed.requirements.all())
    assert [one.indicator for one in rows] == ["water", "income", "housing"]
    assert rows[1].pk == ids["income"]
    assert rows[1].threshold == Decimal("3600.00")
    assert changed.name == "二道江区退出标准"
    entry = Entry.objects.get(action="standards.standard.update")
    assert set(entry.changes) == {"name", "requirement:income", "requirement:water", "requirement:food"}
    assert entry.changes["name"] == ["贫困户退出标准", "二道江区退出标准"]
    assert entry.changes["requirement:income"][0]["threshold"] == "3535.00"
    assert entry.changes["requirement:food"][1] is None


def test_saving_without_a_change_writes_nothing(drafter):
    standard = draft(drafter)
    other = make_actor("county_reviewer")

    services.update_draft(standard, actor=other, values=typed_values())

    assert Standard.objects.get().makers == [drafter.pk]
    assert not Entry.objects.filter(action="standards.standard.update").exists()


def test_who_changes_a_draft_becomes_a_maker(drafter, publisher):
    standard = draft(drafter)

    services.update_draft(standard, actor=publisher, values=typed_values(name="新名称"))

    assert Standard.objects.get().makers == [drafter.pk, publisher.pk]


def test_a_faulty_save_keeps_the_draft_as_it_was(drafter):
    standard = draft(drafter)

    refused(
        services.update_draft, standard, actor=drafter, values=typed_values(row(threshold="0"), name="新")
    )

    stored = Standard.objects.get()
    assert stored.name == "贫困户退出标准"
    assert stored.requirements.get(indicator="income").threshold == Decimal("3535.00")


def test_a_published_standard_is_not_saved(drafter, db):
    published = make_standard()

    with pytest.raises(ChangedMeanwhile):
        services.update_draft(published, actor=drafter, values=typed_values())


def test_a_draft_is_withdrawn_with_a_reason_and_stays(drafter):
    standard = draft(drafter)

    assert refused(services.withdraw, standard, actor=drafter, reason=" ") == {"reason": ["请填写作废原因。"]}
    withdrawn = services.withdraw(standard, actor=drafter, reason="年度填错")

    assert withdrawn.status == "withdrawn"
    assert Step.objects.get(case_id=standard.pk, transition="withdraw").comment == "年度填错"
    with pytest.raises(ValidationError):
        services.withdraw(withdrawn, actor=drafter, reason="再次")
    with pytest.raises(ChangedMeanwhile):
        services.update_draft(withdrawn, actor=drafter, values=typed_values())
    assert Requirement.objects.filter(standard=standard).count() == 2


def test_a_published_standard_is_not_withdrawn(drafter, db):
    with pytest.raises(ValidationError):
        services.withdraw(make_standard(), actor=drafter, reason="不要了")


def test_a_copy_for_another_year_takes_the_exit_line_of_that_year(drafter):
    source = make_standard(
        rows={"income": "3335", "water": None}, year=2017, deviation_document="县政办〔2017〕1号"
    )

    copy = services.draft_from(actor=drafter, source=source, area_code="220503", year=2018)

    assert (copy.year, copy.version, copy.corrects, copy.deviation_document) == (2018, 1, None, "")
    assert copy.document_number == source.document_number
    rows = {one.indicator: one.threshold for one in copy.requirements.all()}
    assert rows == {"income": services.exit_line("220503", 2018), "water": None}


def test_a_correction_is_the_next_version_and_there_is_one_at_a_time(drafter):
    published = make_standard(rows={"income": "3535", "food": None})

    draft = services.correct(published, actor=drafter, reason="标准值录入有误")

    assert (draft.version, draft.corrects, draft.status) == (2, published, "draft")
    assert [(one.indicator, one.threshold) for one in draft.requirements.all()] == [
        ("income", Decimal("3535.00")),
        ("food", None),
    ]
    assert Step.objects.get(case_id=draft.pk, transition="draft").comment == "标准值录入有误"
    assert refused(services.correct, published, actor=drafter, reason="又一次") == [
        "该标准已有一份更正草稿，请在那份草稿上修改。"
    ]
    services.withdraw(draft, actor=drafter, reason="不必更正")
    assert services.correct(published, actor=drafter, reason="还是要更正").version == 2


def test_only_what_is_published_is_corrected(drafter):
    assert refused(services.correct, draft(drafter), actor=drafter, reason="改") == [
        "只能更正已发布的标准，本标准当前为“草稿”。"
    ]
    assert "reason" in refused(services.correct, make_standard(year=2019), actor=drafter, reason="")
