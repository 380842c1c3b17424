"""Own area and choices in the top bar; units and postings when places are merged or moved."""

from datetime import date

from poverty.accounts.bearers import PostingBearer, UnitBearer
from poverty.accounts.models import Role, Unit
from poverty.accounts.places import area_choices, area_home
from poverty.audit.models import Entry
from poverty.web import chosen
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_posting, make_unit, make_user
from tests.factories.areas import make_area

ON = date(2026, 7, 1)


def test_they_are_told_to_the_frame():
    assert chosen.area_home is area_home
    assert chosen.area_choices is area_choices


def test_the_own_area_is_the_widest_of_today(db, nobody, helper):
    user = make_user()
    make_posting(user, Role.VILLAGE_CLERK, VILLAGE_A)
    make_posting(user, Role.LEADER, COUNTY_A)
    assert area_home(user) == (COUNTY_A, "二道江区")
    assert area_home(helper)[0] == VILLAGE_A
    assert area_home(nobody) == ("", "")
    assert area_choices(nobody, COUNTY_A) == []


def test_choices_lead_down_to_the_chosen_one_and_open_what_lies_right_below(county_reviewer):
    make_area("220503101200")
    make_area("220503101201", valid_to=date(2020, 1, 1))
    make_area(VILLAGE_A)
    at = [(c.code, c.depth) for c in area_choices(county_reviewer, COUNTY_A)]
    assert at == [(COUNTY_A, 0), (TOWNSHIP_A, 1), ("220503101", 1)]
    at = [(c.code, c.depth) for c in area_choices(county_reviewer, "220503101")]
    assert at == [(COUNTY_A, 0), ("220503101", 1), ("220503101200", 2)]
    at = [(c.code, c.depth) for c in area_choices(county_reviewer, VILLAGE_A)]
    assert at == [(COUNTY_A, 0), (TOWNSHIP_A, 1), (VILLAGE_A, 2)]


def test_choices_never_lead_out_of_the_scope(township_officer):
    make_area(VILLAGE_B)
    for code in (COUNTY_B, VILLAGE_B, COUNTY_A, "", "22"):
        assert {c.code for c in area_choices(township_officer, code)} <= {TOWNSHIP_A}, code


def test_postings_end_at_the_old_code_and_begin_at_the_new_one(db, administrator):
    user = make_user()
    old = make_posting(user, Role.VILLAGE_CLERK, VILLAGE_A, title="文书")
    over = make_posting(make_user(), Role.VILLAGE_CLERK, VILLAGE_A, valid_to=date(2020, 1, 1))
    new = make_area("220503100205").code
    assert PostingBearer().count([VILLAGE_A]) == 1
    assert (
        PostingBearer().move({VILLAGE_A: new}, on=ON, document="吉民发〔2026〕1号", actor=administrator) == 1
    )
    rows = list(user.postings.order_by("valid_from").values_list("area", "title", "valid_from", "valid_to"))
    assert rows == [(VILLAGE_A, "文书", old.valid_from, ON), (new, "文书", ON, None)]
    over.refresh_from_db()
    assert (over.area_id, over.valid_to) == (VILLAGE_A, date(2020, 1, 1))
    assert Entry.objects.get(action="accounts.posting.move").case_id == user.pk


def test_two_postings_that_become_the_same_are_one(db):
    user = make_user()
    make_posting(user, Role.VILLAGE_CLERK, VILLAGE_A)
    new = make_area("220503100205").code
    make_posting(user, Role.VILLAGE_CLERK, new, valid_from=date(2026, 9, 1), valid_to=date(2026, 10, 1))
    PostingBearer().move({VILLAGE_A: new}, on=ON, document="x", actor=None)
    rows = user.postings.filter(area=new).order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(rows) == [
        (ON, date(2026, 9, 1)),
        (date(2026, 9, 1), date(2026, 10, 1)),
        (date(2026, 10, 1), None),
    ]


def test_a_posting_that_has_not_begun_moves_whole(db):
    posting = make_posting(make_user(), Role.VILLAGE_CLERK, VILLAGE_A, valid_from=date(2026, 12, 1))
    new = make_area("220503100205").code
    PostingBearer().move({VILLAGE_A: new}, on=ON, document="x", actor=None)
    rows = posting.user.postings.order_by("id").values_list("area", "valid_from", "valid_to")
    assert list(rows) == [
        (VILLAGE_A, date(2026, 12, 1), date(2026, 12, 1)),
        (new, date(2026, 12, 1), None),
    ]


def test_units_go_along_and_keep_names_apart(db):
    one = make_unit("村委会", VILLAGE_A, kind="village_committee")
    new = make_area("220503100205", "头道沟村").code
    make_unit("村委会", new, kind="village_committee")
    other = make_unit("合作社", VILLAGE_A, kind="cooperative")
    assert UnitBearer().move({VILLAGE_A: new}, on=ON, document="x", actor=None) == 2
    one.refresh_from_db()
    assert (one.area_id, one.name) == (new, f"{make_area(VILLAGE_A).name}村委会")
    assert Unit.objects.get(pk=other.pk).area_id == new
