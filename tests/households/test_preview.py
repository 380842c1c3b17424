"""The effect of a draft before it is published, and what publishing sets going."""

import pytest

from households.models import Assessment
from households.services.assess import assess
from households.services.preview import preview
from poverty.audit.models import Entry
from tests.factories.households import make_household
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db


def test_a_higher_line_names_the_households_that_would_become_unmet(county_reviewer):
    make_standard(rows={"income": "3535"})
    poor = make_household(head="李秀英", survey={"wage_income": 2100})  # 2100 + 3000 + 500 - 1500 = 4100 元
    rich = make_household(head="王建国")  # 12000 元
    assess("220503", 2018, trigger="command")
    draft = make_standard(rows={"income": "4100"}, status="draft")

    effect = preview(draft, actor=county_reviewer)

    assert (effect.total, effect.changed) == (2, 1)
    assert effect.sentences == ["1 户将变为未达标（现为达标）"]
    assert effect.indicator_counts == {"income": 1}
    assert [one["household_id"] for one in effect.households] == [poor.pk]
    assert Assessment.objects.get(household=rich).verdict == 2
    assert Assessment.objects.get(household=poor).verdict == 2, "a preview stores nothing"
    entry = Entry.objects.get(action="standards.standard.preview")
    assert entry.actor == county_reviewer
    assert "2 户中 1 户" in entry.summary


def test_a_more_specific_standard_keeps_its_places(county_reviewer):
    make_standard(rows={"income": "3535"})
    make_standard("220503100", rows={"income": "3535"})
    make_household()  # in 鸭园镇, which has its own
    make_household("220503101200", head="赵六")
    draft = make_standard(rows={"income": "99999"}, status="draft")

    assert preview(draft, actor=county_reviewer).total == 1


def test_other_county_cannot_preview(stranger):
    draft = make_standard(rows={"income": "4100"}, status="draft")
    with pytest.raises(Exception, match="没有查看"):
        preview(draft, actor=stranger("county_reviewer"))
