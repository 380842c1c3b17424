from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from poverty.audit.models import Entry
from poverty.review.errors import ChangedMeanwhile
from poverty.review.models import Step
from poverty.standards import services
from poverty.standards.in_force import in_force
from poverty.standards.models import Standard
from tests.factories.standards import make_standard
from tests.standards.test_drafting import draft, refused
from tests.standards.values import row, typed_values, yes_no


def test_a_second_person_puts_a_draft_into_force(drafter, publisher):
    standard = draft(drafter)
    assert in_force("household", 2018, "220503100204") is None

    published = services.publish(standard, actor=publisher, comment="核对无误")

    assert (published.status, published.published_by) == ("published", publisher)
    assert published.published_at is not None
    assert in_force("household", 2018, "220503100204") == published
    step = Step.objects.get(case_id=standard.pk, transition="publish")
    assert (step.source, step.target, step.lane, step.comment) == ("draft", "published", "decide", "核对无误")
    assert Entry.objects.filter(action="standards.standard.publish", case_id=standard.pk).count() == 1


def test_who_drafted_it_does_not_publish_it(drafter):
    standard = draft(drafter)

    assert refused(services.publish, standard, actor=drafter) == ["您起草或修改过本标准，须由另一人发布。"]
    assert Standard.objects.get().status == "draft"


def test_who_altered_it_does_not_publish_it_either(drafter, publisher):
    standard = draft(drafter)
    services.update_draft(standard, actor=publisher, values=typed_values(row(threshold="9999")))

    assert refused(services.publish, standard, actor=publisher) == ["您起草或修改过本标准，须由另一人发布。"]


def test_only_who_may_publish_there_publishes(db, drafter, actors, strangers):
    standard = draft(drafter)
    others = [user for role, user in actors.items() if role != "county_reviewer"]

    for user in [*others, *strangers.values()]:
        with pytest.raises(PermissionDenied):
            services.publish(standard, actor=user)
    assert Standard.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("missing", "messages"),
    [
        ({"document_name": ""}, {"document_name": ["发布前须填写文件名称。"]}),
        ({"document_number": ""}, {"document_number": ["发布前须填写文号。"]}),
        ({"document_date": None}, {"document_date": ["发布前须填写发文日期。"]}),
        ({"requirements": []}, {"requirements": ["至少要有一项指标要求。"]}),
        (
            {"requirements": [yes_no("food"), row(threshold=None)]},
            {"requirements-1-threshold": ["发布前须填写“人均纯收入”的标准值。"]},
        ),
    ],
)
def test_what_is_not_complete_is_saved_but_not_published(drafter, publisher, missing, messages):
    standard = draft(drafter, **missing)

    assert refused(services.publish, standard, actor=publisher) == messages
    assert services.problems(standard).message_dict == messages
    assert Standard.objects.get().status == "draft"


def test_an_indicator_that_is_no_longer_defined_stops_publishing(publisher):
    standard = make_standard(status="draft", rows={"food": None, "left_the_system": None})

    assert refused(services.publish, standard, actor=publisher) == {
        "requirements-1-indicator": ["指标“left_the_system”没有定义，不能保存；请从列表中选择。"]
    }


def test_a_correction_replaces_what_it_corrects_in_one_go(drafter, publisher):
    first = services.publish(draft(drafter), actor=publisher)
    correction = services.correct(first, actor=publisher, reason="标准值录入有误")
    services.update_draft(
        correction, actor=publisher, values=typed_values(row(threshold="3747"), yes_no("housing"))
    )

    # Who drafted the first version publishes the second: another case, another maker.
    second = services.publish(correction, actor=drafter)

    first.refresh_from_db()
    assert (first.status, second.status, second.version) == ("superseded", "published", 2)
    assert in_force("household", 2018, "220503") == second
    assert first.requirements.get(indicator="income").threshold == Decimal("3535.00")
    steps = Step.objects.filter(case_id=first.pk).values_list("transition", "lane", "comment")
    assert list(steps)[-1] == ("supersede", "record", "由第 2 版替代")


def test_a_draft_that_does_not_correct_what_is_in_force_is_refused(drafter, publisher):
    one, other = draft(drafter), draft(drafter)
    services.publish(one, actor=publisher)

    message = (
        "该地区 2018 年已有已发布的标准（第 1 版），本草稿不是由它更正而来。"
        "请在已发布的标准上“更正”，本草稿可作废。"
    )
    assert refused(services.publish, other, actor=publisher) == [message]


def test_the_same_place_may_have_standards_for_other_years_and_subjects(drafter, publisher):
    services.publish(draft(drafter), actor=publisher)
    services.publish(draft(drafter, year=2019), actor=publisher)
    services.publish(draft(drafter, row("incidence", "lt", "2"), subject="village"), actor=publisher)

    assert Standard.objects.published().count() == 3


def test_a_published_or_withdrawn_one_is_not_published_again(drafter, publisher):
    published = services.publish(draft(drafter), actor=publisher)
    withdrawn = services.withdraw(draft(drafter, year=2019), actor=drafter, reason="不用")

    for standard in (published, withdrawn):
        with pytest.raises(ChangedMeanwhile):
            services.publish(standard, actor=publisher)


def test_what_differs_from_the_province_needs_its_own_document(drafter, publisher):
    make_standard("22", rows={"income": "3535", "housing": None})
    standard = draft(drafter, row(threshold="3600"), yes_no("food"))

    messages = refused(services.publish, standard, actor=publisher)

    assert messages == {
        "deviation_document": [
            "与吉林省的标准不一致（人均纯收入：上级为大于 3,535 元/人·年，本标准为大于 3,600 元/人·年；"
            "不愁吃：上级为无此项，本标准为达到；住房安全：上级为达到，本标准为无此项），"
            "须填写不一致的依据文件（不拔高、不降低）。"
        ]
    }
    services.update_draft(
        standard,
        actor=drafter,
        values=typed_values(
            row(threshold="3600"), yes_no("food"), deviation_document="吉脱贫办〔2018〕7号批复"
        ),
    )
    assert services.publish(standard, actor=publisher).status == "published"


def test_the_same_values_as_the_province_need_no_document_of_their_own(drafter, publisher):
    make_standard("22", rows={"housing": None, "income": "3535"})
    make_standard("22", 2019, rows={"income": "3747"})

    # Order, evidence and clause differ; what is asked for does not.
    standard = draft(drafter, row(clause="第四条", evidence="收入表"), yes_no("housing"))

    assert services.publish(standard, actor=publisher).status == "published"


def test_problems_name_who_may_not(drafter, publisher):
    standard = draft(drafter)

    assert services.problems(standard, actor=publisher) is None
    assert services.problems(standard, actor=drafter).messages == ["您起草或修改过本标准，须由另一人发布。"]


def test_refusals_leave_no_trace(drafter, publisher):
    standard = draft(drafter, document_number="")
    before = (Step.objects.count(), Entry.objects.count())

    with pytest.raises(ValidationError):
        services.publish(standard, actor=publisher)

    assert (Step.objects.count(), Entry.objects.count()) == before
    assert Standard.objects.get().published_by is None
