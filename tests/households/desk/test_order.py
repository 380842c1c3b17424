"""Working a queue down: the order holds while one works, what has gone is left out, what has come in is there."""

from django.core.cache import cache

from households.desk.order import order_of
from households.desk.stages import REVIEW
from households.services.desk.cases import approve_case
from households.services.desk.looking import open_case
from poverty.accounts.models import Role
from tests.factories.accounts import make_posting, make_user
from tests.factories.exits import Walk
from tests.households.desk.test_exceptions import change


def pks(walk):
    return tuple(sorted(one.pk for one in walk.cases))


def test_it_goes_from_the_first_to_the_last_and_round_again(waiting):
    order, keys = order_of(waiting.reviewer, REVIEW), pks(waiting)
    assert order.keys == keys
    assert [order.following(pk) for pk in keys] == [*keys[1:], keys[0]]
    assert [order.preceding(pk) for pk in keys] == [None, *keys[:2]]
    assert [order.place(pk) for pk in keys] == [0, 1, 2]


def test_what_was_decided_is_gone_at_once(waiting):
    keys = pks(waiting)
    order_of(waiting.reviewer, REVIEW)
    first = next(one for one in waiting.cases if one.pk == keys[0])
    open_case(first, actor=waiting.reviewer)
    approve_case(first, actor=waiting.reviewer)
    order = order_of(waiting.reviewer, REVIEW)
    assert order.keys == keys[1:]
    assert (order.place(keys[0]), order.preceding(keys[0])) == (None, None)
    assert order.following(keys[0]) == keys[1]
    assert order.around(keys[0], 1) == keys[1:]


def test_one_that_starts_to_stand_out_keeps_its_place_while_one_works(waiting):
    keys = pks(waiting)
    order_of(waiting.reviewer, REVIEW)
    change(waiting, [one.pk for one in waiting.cases].index(keys[2]), transfer_income="600.00")
    assert order_of(waiting.reviewer, REVIEW).keys == keys
    cache.clear()  # ten minutes later
    assert order_of(waiting.reviewer, REVIEW).keys == (keys[2], *keys[:2])


def test_what_comes_in_is_there(waiting):
    boss = make_user("李主任")
    make_posting(boss, Role.COUNTY_REVIEWER, waiting.village[:4])
    assert order_of(boss, REVIEW).keys == pks(waiting)
    Walk(count=1, village=f"{waiting.village[:4]}99100202").to("second")
    assert len(order_of(boss, REVIEW)) == 4


def test_another_persons_order_is_his_own(waiting):
    order_of(waiting.reviewer, REVIEW)
    stranger = make_user("外县审核")
    make_posting(stranger, Role.COUNTY_REVIEWER, "520199")
    assert order_of(stranger, REVIEW).keys == ()


def test_a_kind_and_a_place_are_orders_of_their_own(waiting):
    keys = pks(waiting)
    assert order_of(waiting.reviewer, REVIEW, kind="clean").keys == keys
    assert order_of(waiting.reviewer, REVIEW, kind="late").keys == ()
    assert order_of(waiting.reviewer, REVIEW, waiting.case().area_code[:9]).keys == keys
    assert order_of(waiting.reviewer, REVIEW, "520101999").keys == ()
