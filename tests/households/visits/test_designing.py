"""Visit templates are drafted by copying, published with a document, and never changed afterwards."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from households.models import VisitTemplate
from households.visits.blocks import question
from households.visits.differences import differences
from households.visits.services.designing import (
    BlocksChanged,
    covered_by,
    draft_template,
    drop_draft,
    move_block,
    publish_template,
    remove_block,
    save_block,
    save_head,
)
from poverty.audit.models import Entry
from tests.factories.visits import make_template

pytestmark = pytest.mark.django_db
COUNTY = "220503"
DOCUMENT = "关于做好入户走访的通知（二扶办〔2018〕12号）"


@pytest.fixture
def source(actors):
    return make_template()


@pytest.fixture
def draft(source, county_reviewer):
    return draft_template(
        actor=county_reviewer, area_code=COUNTY, name="入户走访", year_from=2018, source=source
    )


def keys(template):
    return [one["key"] for one in template.blocks]


def block_of(template, key):
    return next(one for one in template.blocks if one["key"] == key)


def test_a_draft_is_a_copy_and_not_in_use(source, draft):
    assert draft.blocks == source.blocks
    assert draft.version == 1
    assert VisitTemplate.objects.for_place(COUNTY, 2018).first() == source


def test_published_it_is_used_there_and_the_next_version_replaces_it(source, draft, county_reviewer):
    publish_template(draft, document=DOCUMENT, actor=county_reviewer)
    assert VisitTemplate.objects.for_place("220503100204", 2018).first() == draft
    assert VisitTemplate.objects.for_place("140212100201", 2018).first() == source, "elsewhere the country's"

    second = draft_template(
        actor=county_reviewer, area_code=COUNTY, name="入户走访", year_from=2018, source=draft
    )
    assert second.version == 2
    publish_template(second, document=DOCUMENT, actor=county_reviewer)

    draft.refresh_from_db()
    assert draft.superseded_by == second
    assert VisitTemplate.objects.for_place("220503100204", 2018).first() == second


def test_one_for_a_later_year_leaves_the_earlier_years_theirs(draft, county_reviewer):
    publish_template(draft, document=DOCUMENT, actor=county_reviewer)
    later = draft_template(
        actor=county_reviewer, area_code=COUNTY, name="入户走访", year_from=2019, source=draft
    )
    assert list(covered_by(later)) == []
    publish_template(later, document=DOCUMENT, actor=county_reviewer)

    assert VisitTemplate.objects.for_place(COUNTY, 2018).first() == draft
    assert VisitTemplate.objects.for_place(COUNTY, 2019).first() == later


def test_nothing_is_published_without_its_document(draft, county_reviewer):
    with pytest.raises(ValidationError) as refused:
        publish_template(draft, document=" ", actor=county_reviewer)
    assert "document" in refused.value.message_dict


def test_what_is_published_stays(draft, county_reviewer):
    publish_template(draft, document=DOCUMENT, actor=county_reviewer)
    for change in (
        lambda: save_head(draft, name="别的", year_from=2018, year_to=None, actor=county_reviewer),
        lambda: remove_block(draft, "food", actor=county_reviewer),
        lambda: drop_draft(draft, actor=county_reviewer),
    ):
        with pytest.raises(ValidationError, match="已经发布"):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitTemplate.objects.filter(pk=draft.pk).update(blocks=[])


def test_who_does_not_design_there_does_not(draft, source, township_officer, stranger):
    for who in (township_officer, stranger("county_reviewer")):
        with pytest.raises(PermissionDenied):
            draft_template(actor=who, area_code=COUNTY, name="别的", year_from=2018, source=source)
        with pytest.raises(PermissionDenied):
            publish_template(draft, document=DOCUMENT, actor=who)


def test_the_country_s_own_is_nobody_s_to_change(source, county_reviewer):
    with pytest.raises(PermissionDenied):
        draft_template(actor=county_reviewer, area_code="", name="全国", year_from=2018, source=source)


def test_a_block_is_changed_moved_and_taken_out(draft, county_reviewer):
    food = block_of(draft, "food")
    more = {**food, "questions": [*food["questions"], question("household", "has_sanitary_toilet")]}
    changed = save_block(draft, more, base=food, actor=county_reviewer)
    assert block_of(changed, "food")["questions"][-1]["field"] == "has_sanitary_toilet"

    at = keys(changed).index("food")
    assert keys(move_block(draft, "food", up=True, actor=county_reviewer)).index("food") == at - 1
    assert "food" not in keys(remove_block(draft, "food", actor=county_reviewer))


def test_two_people_at_one_block_the_second_is_told(draft, county_reviewer):
    food = block_of(draft, "food")
    save_block(draft, {**food, "title": "吃和穿"}, base=food, actor=county_reviewer)
    with pytest.raises(BlocksChanged) as told:
        save_block(draft, {**food, "title": "温饱"}, base=food, actor=county_reviewer)
    assert told.value.now["title"] == "吃和穿"


def test_a_fact_is_asked_once(draft, county_reviewer):
    again = {
        "key": "block_1",
        "title": "再问一次",
        "of": "household",
        "months": [],
        "when": "",
        "questions": [question("household", "food_ok")],
    }
    with pytest.raises(ValidationError) as refused:
        save_block(draft, again, base=None, actor=county_reviewer)
    assert "问了两次" in refused.value.messages[0]


def test_a_draft_thrown_away_stays_in_the_log(draft, county_reviewer):
    drop_draft(draft, actor=county_reviewer)
    assert not VisitTemplate.objects.filter(pk=draft.pk).exists()
    assert Entry.objects.filter(action="households.visittemplate.drop").exists()


def test_what_changed_is_said_in_words(draft, county_reviewer):
    before = draft.blocks
    food = block_of(draft, "food")
    save_block(
        draft,
        {**food, "months": [3, 9], "questions": food["questions"][:1]},
        base=food,
        actor=county_reviewer,
    )
    after = move_block(draft, "amounts", up=False, actor=county_reviewer).blocks

    lines = {line.label: (line.before, line.after) for line in differences(before, after)}

    assert lines["吃穿：月份"] == ("每月", "3月、9月")
    assert lines["吃穿：不愁穿"] == ("是、否", "无")
    assert "栏目顺序" in lines
    assert differences(after, after) == []


def test_drafts_are_seen_by_who_designs_there_only(draft, county_reviewer, township_officer, stranger):
    def sees(who):
        return VisitTemplate.objects.visible_to(who).filter(pk=draft.pk).exists()

    assert sees(county_reviewer)
    assert not sees(township_officer)
    assert not sees(stranger("county_reviewer"))
    publish_template(draft, document=DOCUMENT, actor=county_reviewer)
    assert sees(township_officer)
    assert not sees(stranger("county_reviewer"))
