"""Keyset paging over a real table with NULLs and ties, forwards and backwards."""

from itertools import product

import pytest
from django.db.models import F
from django.db.models.functions import Length

from poverty.areas.models import Area
from poverty.web.paging import count_up_to, keyset_page
from tests.factories.areas import make_area

# code, pinyin (may tie), valid_from (may be NULL and tie)
ROWS = [
    ("11", "a", None),
    ("12", "b", "2018-01-01"),
    ("13", "b", None),
    ("14", "c", "2016-05-01"),
    ("15", "a", "2018-01-01"),
    ("21", "b", "2018-01-01"),
    ("22", "c", None),
    ("23", "a", "2013-12-31"),
    ("31", "b", "2016-05-01"),
]


@pytest.fixture
def areas(db):
    for code, pinyin, valid_from in ROWS:
        make_area(code, pinyin=pinyin, valid_from=valid_from)
    return Area.objects.filter(level=2)


def walk(queryset, order, size):
    """Codes page by page forwards, then back from the last page."""
    pages, after = [], None
    while True:
        page = keyset_page(queryset, order=order, after=after, size=size)
        pages.append([row.code for row in page])
        if page.next_token is None:
            break
        after = page.next_token
    back = [pages[-1]]
    while page.previous_token is not None:
        page = keyset_page(queryset, order=order, after=page.previous_token, size=size)
        back.append([row.code for row in page])
    return pages, back[::-1]


def codes(pages):
    return [code for page in pages for code in page]


def test_a_nullable_key_in_both_directions_goes_as_written_by_hand(areas):
    up, _ = walk(areas, (("valid_from", "asc"), ("code", "asc")), 2)
    assert up == [["23", "14"], ["31", "12"], ["15", "21"], ["11", "13"], ["22"]]
    down, _ = walk(areas, (("valid_from", "desc"), ("code", "asc")), 4)
    assert down == [["11", "13", "22", "12"], ["15", "21", "14", "31"], ["23"]]
    last, _ = walk(areas, (("valid_from", "desc", "last"), ("code", "asc")), 4)
    assert last == [["12", "15", "21", "14"], ["31", "23", "11", "13"], ["22"]]
    first, _ = walk(areas, (("valid_from", "asc", "first"), ("code", "desc")), 4)
    assert first == [["22", "13", "11", "23"], ["31", "14", "21", "15"], ["12"]]


def expected(order):
    """The same order in Python: stable sorts from the last key to the first."""
    rows = [{"code": c, "pinyin": p, "valid_from": v} for c, p, v in ROWS]
    rows.sort(key=lambda row: row["code"], reverse=order[-1][1] == "desc")
    for name, direction, *nulls in reversed(order):
        descending = direction == "desc"
        last = nulls[0] == "last" if nulls else not descending
        rows.sort(key=lambda row: row[name] or "", reverse=descending)
        rows.sort(key=lambda row: (row[name] is None) == last)
    return [row["code"] for row in rows]


DIRECTIONS = ["asc", "desc"]
NULLS = [(), ("first",), ("last",)]


@pytest.mark.parametrize("size", [1, 2, 4, 50])
def test_every_order_of_two_keys_gives_each_row_once_and_the_same_backwards(areas, size):
    for one, two, nulls in product(DIRECTIONS, DIRECTIONS, NULLS):
        for order in (
            (("valid_from", one, *nulls), ("pinyin", two)),
            (("pinyin", one), ("valid_from", two, *nulls)),
            (("pinyin", one), ("code", two)),
        ):
            pages, back = walk(areas, order, size)
            assert codes(pages) == expected(order), order
            assert codes(back) == expected(order), order


def test_the_pages_back_hold_what_the_pages_forward_held(areas):
    pages, back = walk(areas, (("pinyin", "asc"),), 3)
    assert pages == [["11", "15", "23"], ["12", "13", "21"], ["31", "14", "22"]]
    assert back == pages


def test_annotations_and_relations_can_be_sorted_by(areas):
    for parent in ("11", "12"):
        make_area(parent + "01")
        make_area(parent + "02")
    rows = Area.objects.annotate(digits=Length("code"))
    pages, _ = walk(rows, (("digits", "desc"), ("code", "asc")), 3)
    assert codes(pages)[:5] == ["1101", "1102", "1201", "1202", "11"]
    pages, back = walk(Area.objects.filter(level=4), (("parent__pinyin", "desc"), ("code", "desc")), 1)
    assert codes(pages) == ["1202", "1201", "1102", "1101"]
    assert codes(back) == codes(pages)


def test_a_row_added_before_the_place_shifts_nothing(areas):
    first = keyset_page(areas, order=(("code", "asc"),), size=3)
    make_area("10")
    second = keyset_page(areas, order=(("code", "asc"),), after=first.next_token, size=3)
    assert [row.code for row in second] == ["14", "15", "21"]


def test_the_first_page_has_no_way_back_and_an_empty_list_no_way_at_all(areas):
    page = keyset_page(areas, order=(("code", "asc"),), size=3)
    assert page.previous_token is None
    assert page.next_token is not None
    empty = keyset_page(areas.none(), order=(("code", "asc"),))
    assert (empty.rows, empty.next_token, empty.previous_token) == ([], None, None)


@pytest.mark.parametrize("token", ["nonsense", "gAAAA==", "图"])
def test_a_damaged_token_gives_the_first_page_and_says_so(areas, token):
    page = keyset_page(areas, order=(("code", "asc"),), after=token, size=2)
    assert [row.code for row in page] == ["11", "12"]
    assert page.restarted


def test_a_token_of_another_order_is_not_used(areas):
    first = keyset_page(areas, order=(("pinyin", "asc"),), size=2)
    page = keyset_page(areas, order=(("code", "asc"),), after=first.next_token, size=2)
    assert page.restarted


def test_a_token_does_not_show_the_value_it_holds(areas):
    make_area("99", pinyin="wangjianguo")
    token = keyset_page(areas.order_by(), order=(("pinyin", "desc"),), size=1).next_token
    assert "wang" not in token


def test_one_way_and_without_nulls_a_page_is_one_query(areas, django_assert_num_queries):
    order = (("pinyin", "asc"), ("code", "asc"))
    with django_assert_num_queries(1):
        first = keyset_page(areas, order=order, size=2)
    with django_assert_num_queries(1):
        keyset_page(areas, order=order, after=first.next_token, size=2)


def test_prefetches_are_done_once_a_page_over_all_its_regions(areas, django_assert_num_queries):
    order = (("valid_from", "asc"), ("code", "asc"))
    first = keyset_page(areas, order=order, size=4)
    with django_assert_num_queries(3):  # the last dated rows, the undated ones, their children
        page = keyset_page(areas.prefetch_related("children"), order=order, after=first.next_token, size=4)
        assert [len(row.children.all()) for row in page] == [0, 0, 0, 0]
    assert [row.code for row in page] == ["15", "21", "11", "13"]


def test_counting_stops_at_the_limit(areas):
    assert count_up_to(areas, 9) == (9, True)
    assert count_up_to(areas, 8) == (8, False)
    assert count_up_to(areas.order_by(F("valid_from").asc()).filter(level=4)) == (0, True)
