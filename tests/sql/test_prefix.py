from datetime import date

import pytest
from django.db import connection
from django.db.models import Q

from poverty.areas.models import Area, AreaName, Settlement
from poverty.sql.prefix import next_code, within
from tests.factories.areas import make_area, make_settlement

pytestmark = pytest.mark.django_db


def codes(condition):
    return list(Area.objects.filter(condition).values_list("code", flat=True))


@pytest.fixture
def tree():
    for code in ("220503200200", "220503100200", "220502200200", "229900", "230102"):
        make_area(code)


def test_next_code_is_the_first_string_behind_all_that_begin_with_the_code():
    assert next_code("220503") == "220504"
    assert next_code("2299") == "229:"
    with pytest.raises(ValueError, match="empty prefix"):
        next_code("")


def test_a_code_selects_itself_and_what_lies_below(tree):
    assert codes(within("code", ["220503200"])) == ["220503200", "220503200200"]
    assert codes(within("code", ["220503"])) == [
        "220503",
        "220503100",
        "220503100200",
        "220503200",
        "220503200200",
    ]


def test_the_range_ends_before_a_shorter_code_that_sorts_behind(tree):
    assert codes(within("code", ["2299"])) == ["2299", "229900"]
    assert "23" not in codes(within("code", ["22"]))


def test_several_codes_and_codes_inside_others(tree):
    assert codes(within("code", ["220502200", "220503100200", "220502"])) == [
        "220502",
        "220502200",
        "220502200200",
        "220503100200",
    ]


def test_the_empty_code_is_everything_also_when_combined(tree):
    everything = Area.objects.count()
    assert len(codes(within("code", [""]))) == everything
    assert len(codes(within("code", ["2205", ""]) | Q(code="99"))) == everything
    assert codes(within("code", [""]) & Q(code="22")) == ["22"]


def test_no_codes_are_nothing_also_when_combined(tree):
    assert codes(within("code", [])) == []
    assert codes(within("code", []) | Q(code="22")) == ["22"]
    assert codes(within("code", []) & Q(code="22")) == []


def test_works_on_a_foreign_key_and_across_one(tree):
    here, there = make_settlement(), make_settlement(make_area("220502200200"))
    AreaName.objects.create(area=here.village, name="老二道江村", valid_to=date(2016, 1, 1))
    assert list(Settlement.objects.filter(within("village", ["220503"]))) == [here]
    assert list(Settlement.objects.filter(within("village__parent", ["220502200"]))) == [there]
    assert AreaName.objects.filter(within("area", ["220502"])).count() == 0


def test_a_prefix_is_read_from_the_index(tree):
    # With sequential scans off the planner must be able to use the primary key for the range.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Area.objects.filter(within("code", ["220503"])).order_by("code").explain()
    assert "Index Cond" in plan
