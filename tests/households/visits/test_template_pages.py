"""The pages of visit templates, without any script."""

import pytest
from django.urls import reverse

from households.models import VisitTemplate
from households.visits.services.designing import draft_template, save_block
from tests.actors import client_of
from tests.factories.visits import make_template
from tests.factories.web import typed

pytestmark = pytest.mark.django_db
COUNTY = "220503"


@pytest.fixture
def source(actors):
    return make_template()


@pytest.fixture
def draft(source, county_reviewer):
    return draft_template(
        actor=county_reviewer, area_code=COUNTY, name="入户走访", year_from=2018, source=source
    )


@pytest.fixture
def browser(county_reviewer):
    return client_of(county_reviewer)


def page(name, *args):
    return reverse(f"households:visit-template{name}", args=args)


def block_form(browser, draft, key):
    """What a browser would send of a block's page, unchanged."""
    answer = browser.get(page("-block", draft.pk, key))
    editor = answer.context["editor"]
    data = {"base": answer.context["base"]}
    for form in editor.forms:
        data |= typed(form)
    return data


def block_of(draft, key):
    draft.refresh_from_db()
    return next(one for one in draft.blocks if one["key"] == key)


def test_the_list_says_which_one_is_used(browser, source, draft):
    shown = browser.get(reverse("households:visit-templates") + f"?area={COUNTY}&year=2018").content.decode()
    assert "2018 年走访用" in shown
    assert "草稿" in shown


def test_a_template_looks_as_the_form_does(browser, source):
    october = browser.get(page("", source.pk) + "?month=10").content.decode()
    march = browser.get(page("", source.pk) + "?month=3").content.decode()
    assert "务工收入" in october
    assert "务工收入" not in march
    assert "五查五看" in march


def test_copied_changed_and_published(browser, source):
    answer = browser.post(
        reverse("households:visit-template-new") + f"?from={source.pk}",
        {"area_code": COUNTY, "name": "入户走访", "year_from": "2018", "year_to": ""},
    )
    draft = VisitTemplate.objects.get(published_at=None)
    assert answer.url == page("-edit", draft.pk)

    refused = browser.post(page("-publish", draft.pk), {"document": ""})
    assert refused.status_code == 422
    browser.post(page("-publish", draft.pk), {"document": "二扶办〔2018〕12号"})

    draft.refresh_from_db()
    assert draft.published_at is not None
    assert browser.get(page("-edit", draft.pk)).status_code == 302, "frozen"


def test_facts_and_own_questions_are_put_into_a_block(browser, draft):
    data = block_form(browser, draft, "food")
    data |= {
        "add0": ["has_sanitary_toilet"],
        "months": ["3", "9"],
        "n1-label": "院子是否整洁",
        "n1-kind": "yes_no",
    }
    data |= {"n2-label": "主要取暖", "n2-kind": "choice", "n2-options": "炕\n电\n炕\n"}

    browser.post(page("-block", draft.pk, "food"), data)

    food = block_of(draft, "food")
    assert food["months"] == [3, 9]
    labels = [one["label"] for one in food["questions"]]
    assert labels == ["不愁吃", "不愁穿", "院子是否整洁", "主要取暖", "是否有卫生厕所"]
    assert food["questions"][3]["options"] == [["o1", "炕"], ["o2", "电"]]
    assert food["questions"][2]["field"] is None


def test_a_choice_that_stays_keeps_its_key(browser, draft, county_reviewer):
    food = block_of(draft, "food")
    own = {
        "key": "own_1", "field": None, "label": "取暖", "kind": "choice", "options": [["o1", "炕"], ["o2", "电"]],
        "unit": "", "min": None, "max": None, "help": "", "note": False,
    }  # fmt: skip
    save_block(draft, {**food, "questions": [*food["questions"], own]}, base=food, actor=county_reviewer)
    data = block_form(browser, draft, "food")

    browser.post(page("-block", draft.pk, "food"), data | {"q3-options": "电\n煤"})

    assert block_of(draft, "food")["questions"][2]["options"] == [["o2", "电"], ["o3", "煤"]]


def test_questions_are_ordered_reworded_and_removed(browser, draft):
    data = block_form(browser, draft, "food")
    data |= {"q1-order": "30", "q2-label": "四季有衣穿"}
    browser.post(page("-block", draft.pk, "food"), data)
    assert [one["label"] for one in block_of(draft, "food")["questions"]] == ["四季有衣穿", "不愁吃"]

    data = block_form(browser, draft, "food") | {"q1-remove": "on"}
    browser.post(page("-block", draft.pk, "food"), data)
    assert [one["field"] for one in block_of(draft, "food")["questions"]] == ["food_ok"]


def test_a_block_more_a_special_one_and_one_less(browser, draft):
    data = block_form(browser, draft, "new-member") | {"title": "普通话", "add5": ["speaks_mandarin"]}
    fields = browser.get(page("-block", draft.pk, "new-member")).context["editor"].add.fields
    name = next(key for key, field in fields.items() if "speaks_mandarin" in dict(field.choices))
    data = {key: value for key, value in data.items() if not key.startswith("add")} | {
        name: ["speaks_mandarin"]
    }
    browser.post(page("-block", draft.pk, "new-member"), data)
    assert block_of(draft, "block_1")["of"] == "member"

    asked = browser.post(page("-blocks", draft.pk), {"act": "remove:position"})
    assert "从草稿里删除" in asked.content.decode()
    browser.post(page("-blocks", draft.pk), {"act": "remove:position", "confirmed": "1"})
    draft.refresh_from_db()
    assert "position" not in [one["key"] for one in draft.blocks]
    browser.post(page("-blocks", draft.pk), {"act": "add:position"})
    assert block_of(draft, "position")["of"] == "visit"


def test_an_empty_block_is_refused_and_what_was_typed_is_kept(browser, draft):
    data = block_form(browser, draft, "new-visit") | {"title": "空的一栏"}
    answer = browser.post(page("-block", draft.pk, "new-visit"), data)
    assert answer.status_code == 422
    assert "没有问题" in answer.content.decode()
    assert "空的一栏" in answer.content.decode()


def test_two_people_at_one_block(browser, draft, county_reviewer):
    data = block_form(browser, draft, "food") | {"title": "温饱"}
    food = block_of(draft, "food")
    save_block(draft, {**food, "title": "吃和穿"}, base=food, actor=county_reviewer)

    answer = browser.post(page("-block", draft.pk, "food"), data)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "吃和穿" in shown
    assert "温饱" in shown

    browser.post(page("-block", draft.pk, "food"), data | {"base": answer.context["base"]})
    assert block_of(draft, "food")["title"] == "温饱"


def test_nobody_is_asked_whether_he_is_content_with_his_helper(browser, source, draft):
    assert "满意" in browser.get(page("-edit", draft.pk)).content.decode(), "said where questions are made"
    assert not any("满意" in str(block) for block in source.blocks)


def test_who_does_not_design_reads_only(source, draft, township_officer, county_reviewer):
    reader = client_of(township_officer)
    assert reader.get(page("", source.pk)).status_code == 200
    assert reader.get(page("", draft.pk)).status_code == 404
    assert reader.get(page("-edit", draft.pk)).status_code == 403
    assert client_of(county_reviewer).get(page("-edit", source.pk)).status_code == 403, "made above"
