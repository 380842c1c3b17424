"""Finding a household: by number, its last four, name, pinyin, 户编号 and our own number."""

from datetime import date

import pytest

from households.models import Household
from households.search import holds_number, search
from tests.factories.households import make_household, make_member

VILLAGE_B = "140212100201"
pytestmark = pytest.mark.django_db


def found(text, rows=None):
    rows = Household.objects.all() if rows is None else rows
    return set(search(rows, text).values_list("head_name", flat=True))


def number_of(member):
    return member.identity.reveal()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("王建", {"王建国"}),
        ("王", {"王建国", "王芳"}),
        ("wjg", {"王建国"}),
        ("WJG", {"王建国"}),
        ("wang jianguo", {"王建国"}),
        ("wangf", {"王芳"}),
        ("ouy", {"欧阳文山"}),
        ("oyws", {"欧阳文山"}),
        ("小雨", {"王芳"}),
        ("王 wf", {"王芳"}),
        ("2205031", {"王建国"}),
        ("220 503 12", {"王建国"}),
        ("查无此人", set()),
        ("%", set()),
        ("", {"王建国", "王芳", "欧阳文山"}),
        ("王　芳", set()),
    ],
)
def test_by_words(text, names):
    make_household(head="王建国", household_no="2205031234")
    make_household(head="王芳", members=[{"name": "小雨"}])
    make_household(head="欧阳文山", household_no="2205025678")
    assert found(text) == names


def test_by_our_own_number():
    household = make_household(head="王建国")
    make_household(head="王芳")
    assert found(household.own_no) == {"王建国"}
    assert found(household.own_no.replace("220503", "220502")) == set()


@pytest.mark.parametrize("shape", ["{}", " {} ", "{} ", "Ｘ"])
def test_by_full_number(shape):
    household = make_household(head="王建国", members=[{"name": "王小雨", "birth_date": date(2010, 6, 1)}])
    make_household(head="王芳")
    number = number_of(household.members.get(name="王小雨"))
    if shape == "Ｘ":  # full-width, with blanks as on the card
        shape, number = (
            "{}",
            f"{number[:6]} {number[6:14]} {number[14:]}".translate({48 + n: 0xFF10 + n for n in range(10)}),
        )
    assert found(shape.format(number)) == {"王建国"}


def test_a_full_number_may_be_a_household_number():
    make_household(head="王建国", household_no="220503100204000000017")
    assert found("220503100204000000017") == {"王建国"}


def test_last_four_find_members_of_the_rows_given_only():
    here, there = make_household(head="王建国"), make_household(VILLAGE_B, head="王芳")
    here_tail, there_tail = (number_of(one.head)[-4:] for one in (here, there))
    rows = Household.objects.under("220503")
    assert found(here_tail.lower(), rows) == {"王建国"}
    assert found(there_tail, rows) == set() if here_tail != there_tail else True


def test_who_has_left_is_not_found():
    household = make_household(head="王建国")
    gone = make_member(None, "王小雨")
    assert found("王小雨") == set()
    assert found(number_of(gone)) == set()
    assert household.pk


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("220503198005011234", True),
        ("22050319800501123X", True),
        ("220503 19800501 1234", True),
        ("220503-19800501-1234", True),
        ("２２０５０３１９８００５０１１２３４", True),
        ("220503800501123", True),
        ("王建国220503198005011234", True),
        ("220503100-000123", False),
        ("22050310020400", True),
        ("13804351234", True),
        ("138 0435 1234", True),
        ("1380435", True),
        ("138043", False),
        ("王 13804351234", True),
        ("1234", False),
        ("王建国", False),
        ("", False),
    ],
)
def test_what_may_be_somebodys_number(text, may_be):
    assert holds_number(text) is may_be
