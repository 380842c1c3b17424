"""The pages that draft, edit, correct and withdraw standards, as a browser without JavaScript sees them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from poverty.standards import services
from poverty.standards.models import Standard
from poverty.web import questions
from tests.actors import client_of
from tests.factories.standards import make_standard
from tests.factories.web import typed
from tests.standards.test_drafting import draft
from tests.standards.values import row, typed_values, yes_no


def url(name, *args):
    return reverse(f"standards:{name}", args=args)


def as_sent(response, **changes):
    """What a browser would send of the edit page, then changed; None takes a field out."""
    editor = response.context["editor"]
    data = {"base": response.context["base"], "action": "save", **typed(editor.head)}
    data |= typed(editor.rows.management_form)
    for form in editor.rows.forms:
        data |= typed(form)
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


def errors_of(response):
    """(field label, message) of everything that the edit page refuses."""
    editor = response.context["editor"]
    return [
        (form[name].label if name != "__all__" else "", text)
        for form in [editor.head, *editor.rows.forms]
        for name, texts in form.errors.items()
        for text in texts
    ]


@pytest.fixture
def client(drafter):
    return client_of(drafter)


def begin(client, **changes):
    data = {"area_code": "220503", "year": "2018", "start": "template:guangxi", **changes}
    return client.post(url("begin"), data)


def test_a_draft_is_begun_from_a_template(client):
    response = begin(client)

    standard = Standard.objects.get()
    assert response.url == url("edit", standard.pk)
    assert standard.requirements.count() == 11
    assert client.get(response.url).status_code == 200


def test_who_begins_where_a_standard_is_in_force_is_told_at_once(client):
    current = make_standard()
    page = client.get(url("begin"), {"area": "220503", "year": "2018"}).content.decode()
    assert "2018年度已发布" not in client.get(url("begin"), {"year": "2019"}).content.decode()
    response = begin(client)
    assert not Standard.objects.exclude(pk=current.pk).exists(), "asked first"
    text = response.content.decode()
    for told in (page, text):
        assert all(part in told for part in ("2018年度已发布户的退出标准", "第 1 版", "第 2 版"))
        assert url("correct", current.pk) in told
    assert "已核对，以上情况属实" in text

    answer = {questions.ANSWER: questions.digest(response.context["form"])}
    assert begin(client, **answer).status_code == 302
    assert Standard.objects.exclude(pk=current.pk).get().is_draft


def test_a_standard_of_another_year_place_or_subject_is_not_asked_about(client):
    make_standard(year=2017)
    make_standard("220502")
    assert begin(client).status_code == 302
    make_standard()
    assert begin(client, start="empty:village").status_code == 302


def test_a_draft_is_begun_empty_for_a_village(client):
    begin(client, start="empty:village")

    standard = Standard.objects.get()
    assert (standard.subject, standard.name, standard.requirements.count()) == (
        "village",
        "2018 年村退出标准",
        0,
    )


def test_a_draft_is_begun_as_a_copy(client):
    source = make_standard(year=2017, rows={"income": "3335", "road": None})
    page = client.get(url("begin"), {"copy": source.pk})
    assert page.context["form"]["start"].value() == f"copy:{source.pk}"

    client.post(
        url("begin") + f"?copy={source.pk}",
        {"area_code": "220503", "year": "2018", "start": f"copy:{source.pk}"},
    )

    copy = Standard.objects.get(year=2018)
    assert [one.indicator for one in copy.requirements.all()] == ["income", "road"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"year": "2013"}, "year", "年度须在 2014 至 2100 之间。"),
        ({"year": "去年"}, "year", "请填四位年度，例如 2018。"),
        ({"area_code": "140212"}, "area_code", "请从列表中选择地区。"),
        ({"area_code": "22"}, "area_code", "请从列表中选择地区。"),
    ],
)
def test_a_faulty_beginning_is_refused_at_its_field(client, changes, field, message):
    response = begin(client, **changes)

    assert response.context["form"].errors == {field: [message]}
    assert not Standard.objects.exists()


@pytest.mark.parametrize("start", ["template:mars", "copy:1", "empty:person", "", "x"])
def test_an_unknown_beginning_is_refused(client, start):
    assert "start" in begin(client, start=start).context["form"].errors


@pytest.mark.parametrize("copied", ["999", "abc", "-1", "9" * 30])
def test_a_copy_of_what_is_not_there_is_404(client, copied):
    assert client.get(url("begin"), {"copy": copied}).status_code == 404


def test_nobody_copies_what_he_cannot_see(client):
    elsewhere = make_standard("140212")

    assert client.get(url("begin"), {"copy": elsewhere.pk}).status_code == 404


def test_a_draft_is_saved(client, drafter):
    standard = draft(drafter, row(), yes_no("housing"))
    page = client.get(url("edit", standard.pk))

    response = client.post(
        url("edit", standard.pk),
        as_sent(
            page,
            **{
                "name": "二道江区退出标准",
                "document_date": "2016-10-01",
                "requirements-0-threshold": "3,600.50",
                "requirements-1-evidence": "鉴定报告",
            },
        ),
    )

    assert response.url == url("detail", standard.pk)
    standard.refresh_from_db()
    assert (standard.name, str(standard.document_date)) == ("二道江区退出标准", "2016-10-01")
    income, housing = standard.requirements.all()
    assert (income.threshold, housing.evidence) == (Decimal("3600.50"), "鉴定报告")


def test_one_row_more_keeps_what_was_typed_and_saves_nothing(client, drafter):
    standard = draft(drafter, row())
    page = client.get(url("edit", standard.pk))

    again = client.post(
        url("edit", standard.pk),
        as_sent(page, **{"action": "add", "name": "改了名", "requirements-0-threshold": "三千"}),
    )

    assert again.status_code == 200
    editor = again.context["editor"]
    assert [form["indicator"].value() for form in editor.rows.forms] == ["income", None]
    assert editor.rows.forms[0]["threshold"].value() == "三千"
    assert editor.head["name"].value() == "改了名"
    assert Standard.objects.get().name == "贫困户退出标准"

    client.post(
        url("edit", standard.pk),
        as_sent(again, **{"requirements-0-threshold": "3600", "requirements-1-indicator": "road"}),
    )

    standard.refresh_from_db()
    assert standard.name == "改了名"
    assert [(one.indicator, one.comparison) for one in standard.requirements.all()] == [
        ("income", "gt"),
        ("road", "is_true"),
    ]


def test_a_row_is_removed_and_an_empty_one_left_out(client, drafter):
    standard = draft(drafter, row(), yes_no("housing"))
    page = client.post(url("edit", standard.pk), as_sent(client.get(url("edit", standard.pk)), action="add"))

    client.post(url("edit", standard.pk), as_sent(page, **{"requirements-1-remove": "on"}))

    assert [one.indicator for one in standard.requirements.all()] == ["income"]


def test_faults_stand_at_their_fields_and_what_was_typed_stays(client, drafter):
    standard = draft(drafter, row(), yes_no("housing"))
    page = client.get(url("edit", standard.pk))

    response = client.post(
        url("edit", standard.pk),
        as_sent(
            page,
            **{
                "name": "新名称",
                "requirements-0-threshold": "35350000",
                "requirements-1-indicator": "happiness",
            },
        ),
    )

    assert response.status_code == 422
    assert errors_of(response) == [
        ("标准值", "35,350,000 不合理：“人均纯收入”须在 1 至 100,000 之间（元/人·年）。"),
        ("指标", "指标“happiness”没有定义，不能保存；请从列表中选择。"),
    ]
    text = response.content.decode()
    assert "请改正下面指标要求中的 2 项" in text
    assert 'href="#id_requirements-0-threshold"' in text
    assert 'value="新名称"' in text
    assert 'value="35350000"' in text
    assert Standard.objects.get().name == "贫困户退出标准"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"requirements-0-threshold": "很多"}, ("标准值", "请填数字，例如 3535.00。")),
        ({"requirements-0-threshold": "-1"}, ("标准值", "金额不能为负数。")),
        ({"requirements-0-threshold": "1.234"}, ("标准值", "最多两位小数。")),
        ({"requirements-0-comparison": "like"}, None),
        ({"document_date": "2031-01-01"}, ("发文日期", "日期在今天之后，请核对。")),
        ({"document_date": "去年"}, ("发文日期", "日期写成 2018-11-03。")),
        ({"name": ""}, None),
        ({"name": "长" * 101}, None),
        ({"requirements-TOTAL_FORMS": "x"}, None),
        ({"requirements-TOTAL_FORMS": None}, None),
        ({"requirements-TOTAL_FORMS": "100000"}, None),
        ({"requirements-0-evidence": "a\x00b"}, None),
    ],
)
def test_malformed_input_changes_nothing(client, drafter, changes, message):
    standard = draft(drafter, row(), yes_no("housing"))
    page = client.get(url("edit", standard.pk))

    response = client.post(url("edit", standard.pk), as_sent(page, **changes))

    assert response.status_code == 422
    assert errors_of(response)
    if message:
        assert message in errors_of(response)
    assert services.drafting.values_of(Standard.objects.get()) == services.drafting.values_of(standard)


def test_two_people_edit_different_parts_and_nothing_is_lost(client, drafter, publisher):
    standard = draft(drafter, row(), yes_no("housing"))
    page = client.get(url("edit", standard.pk))
    services.update_draft(
        standard,
        actor=publisher,
        values=typed_values(row(), yes_no("housing", evidence="鉴定报告"), yes_no("water")),
    )

    response = client.post(url("edit", standard.pk), as_sent(page, **{"requirements-0-threshold": "3600"}))

    assert response.status_code == 302
    assert [(one.indicator, one.threshold, one.evidence) for one in standard.requirements.all()] == [
        ("income", Decimal("3600.00"), ""),
        ("housing", None, "鉴定报告"),
        ("water", None, ""),
    ]


@pytest.mark.parametrize(("answer", "outcome"), [("mine", "3600.00"), ("theirs", "3700.00")])
def test_the_same_row_edited_by_two_is_asked(client, drafter, publisher, answer, outcome):
    standard = draft(drafter, row())
    page = client.get(url("edit", standard.pk))
    services.update_draft(standard, actor=publisher, values=typed_values(row(threshold="3700")))

    asked = client.post(url("edit", standard.pk), as_sent(page, **{"requirements-0-threshold": "3600"}))

    assert asked.status_code == 422
    text = asked.content.decode()
    for words in (
        "大于 3,535 元/人·年",
        "大于 3,600 元/人·年",
        "大于 3,700 元/人·年",
        "choice-requirement:income",
    ):
        assert words in text
    assert standard.requirements.get().threshold == Decimal("3700.00")

    unanswered = client.post(url("edit", standard.pk), as_sent(asked))
    assert unanswered.status_code == 422
    answered = client.post(
        url("edit", standard.pk), as_sent(unanswered, **{"choice-requirement:income": answer})
    )

    assert answered.status_code == 302
    assert str(standard.requirements.get().threshold) == outcome


def test_a_forged_base_asks_instead_of_overwriting(client, drafter):
    standard = draft(drafter, row())
    other = draft(drafter, row(threshold="9999"), year=2019)
    page = client.get(url("edit", standard.pk))

    for base in ("", "x", client.get(url("edit", other.pk)).context["base"]):
        response = client.post(url("edit", standard.pk), as_sent(page, base=base, name="别的名称"))
        assert response.status_code == 422
    assert Standard.objects.get(pk=standard.pk).name == "贫困户退出标准"


def test_what_was_published_meanwhile_is_not_edited(client, drafter, publisher):
    standard = draft(drafter)
    page = client.get(url("edit", standard.pk))
    services.publish(standard, actor=publisher)

    response = client.post(url("edit", standard.pk), as_sent(page, name="晚了一步"))

    assert response.url == url("detail", standard.pk)
    assert Standard.objects.get().name == "贫困户退出标准"


def test_a_correction_is_begun_with_its_reason(client, drafter):
    published = make_standard()

    assert client.post(url("correct", published.pk), {"reason": " "}).context["form"].errors == {
        "reason": ["请填写原因。"]
    }
    response = client.post(url("correct", published.pk), {"reason": "标准值录入有误"})

    correction = Standard.objects.get(corrects=published)
    assert response.url == url("edit", correction.pk)
    again = client.post(url("correct", published.pk), {"reason": "又一次"})
    assert again.context["form"].non_field_errors() == ["该标准已有一份更正草稿，请在那份草稿上修改。"]


def test_a_draft_is_withdrawn_with_its_reason(client, drafter):
    standard = draft(drafter)

    client.post(url("withdraw", standard.pk), {"reason": "年度填错"})

    standard.refresh_from_db()
    assert standard.status == "withdrawn"
    assert client.get(url("withdraw", standard.pk)).url == url("detail", standard.pk)
    assert client.post(url("correct", standard.pk), {"reason": "x"}).url == url("detail", standard.pk)


def test_looking_changes_nothing(client, drafter):
    standard = draft(drafter)
    before = services.drafting.values_of(standard)

    for name in ("detail", "edit", "publish", "correct", "withdraw"):
        client.get(url(name, standard.pk))

    assert services.drafting.values_of(Standard.objects.get()) == before
    assert Standard.objects.get().status == "draft"
