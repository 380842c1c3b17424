import pytest

from poverty.standards import services
from poverty.standards.drafts import flatten, order_of, settle, unflatten, values_of
from poverty.standards.models import Standard
from tests.standards.test_drafting import draft
from tests.standards.values import row, typed_values, yes_no


def flat(*rows, **fields):
    return flatten(typed_values(*rows, **fields))


def test_flat_and_back_is_the_same(drafter):
    standard = draft(drafter, row(clause="一"), yes_no("housing", evidence="鉴定报告"))
    values = values_of(standard)

    assert unflatten(flatten(values), order_of(values)) == values


def test_a_number_is_written_in_one_way():
    assert flat(row(threshold="3535")) == flat(row(threshold="3535.00"))


def test_different_parts_are_both_kept():
    base = flat()
    mine = flat(row(threshold="3600"), yes_no("housing"))
    theirs = flat(row(), yes_no("housing", evidence="鉴定报告"), yes_no("water"), name="新名称")

    settled = settle(base, mine, theirs)

    assert settled.open == {}
    assert settled.flat["requirement:income"]["threshold"] == "3600.00"
    assert settled.flat["requirement:housing"]["evidence"] == "鉴定报告"
    assert settled.flat["requirement:water"]["comparison"] == "is_true"
    assert settled.flat["name"] == "新名称"
    assert settled.kept == {"name", "requirement:housing", "requirement:water"}


def test_the_same_row_changed_twice_is_asked_until_answered():
    base = flat()
    mine = flat(row(threshold="3600"), yes_no("housing"))
    theirs = flat(row(threshold="3700"), yes_no("housing"))

    first = settle(base, mine, theirs)
    assert list(first.open) == ["requirement:income"]
    assert [side["threshold"] for side in first.open["requirement:income"]] == [
        "3535.00",
        "3600.00",
        "3700.00",
    ]

    asked = list(first.open)
    again = settle(first.base, mine, theirs, asked=asked)
    assert list(again.open) == ["requirement:income"]
    keep = settle(first.base, mine, theirs, asked=asked, choices={"requirement:income": "mine"})
    assert (keep.open, keep.flat["requirement:income"]["threshold"]) == ({}, "3600.00")
    take = settle(first.base, mine, theirs, asked=asked, choices={"requirement:income": "theirs"})
    assert (take.open, take.flat["requirement:income"]["threshold"]) == ({}, "3700.00")


def test_an_answer_does_not_hold_for_a_value_that_changed_again():
    first = settle(flat(), flat(name="甲"), flat(name="乙"))
    choices = {"name": "mine"}

    again = settle(first.base, flat(name="甲"), flat(name="丙"), asked=["name"], choices=choices)

    assert again.open == {"name": ("乙", "甲", "丙")}


def test_the_same_change_by_both_is_no_conflict():
    changed = flat(name="同名")

    assert settle(flat(), changed, changed).open == {}


def test_a_row_removed_by_one_and_changed_by_the_other_is_asked():
    removed = flat(yes_no("housing"))
    changed = flat(row(threshold="3700"), yes_no("housing"))

    assert settle(flat(), removed, changed).open["requirement:income"][1] is None
    assert settle(flat(), changed, removed).open["requirement:income"][2] is None


def test_a_row_removed_by_one_stays_removed():
    removed = flat(yes_no("housing"))

    assert settle(flat(), removed, flat()).flat["requirement:income"] is None
    assert settle(flat(), flat(name="新"), removed).flat["requirement:income"] is None


def test_a_row_added_by_both_differently_is_asked():
    mine = flat(row(), yes_no("housing"), yes_no("water", clause="甲"))
    theirs = flat(row(), yes_no("housing"), yes_no("water", clause="乙"))

    assert list(settle(flat(), mine, theirs).open) == ["requirement:water"]


def test_the_service_saves_both_and_keeps_the_order(drafter, publisher):
    standard = draft(drafter, row(), yes_no("housing"))
    base = flatten(values_of(standard))
    services.update_draft(
        standard, actor=publisher, values=typed_values(row(), yes_no("housing"), yes_no("water")), base=base
    )

    merged = services.update_draft(
        standard, actor=drafter, values=typed_values(yes_no("housing"), row(threshold="3600")), base=base
    )

    assert [(one.indicator, one.order) for one in merged.requirements.all()] == [
        ("housing", 1),
        ("income", 2),
        ("water", 3),
    ]
    assert merged.makers == [publisher.pk, drafter.pk]


def test_the_service_overwrites_nothing_silently(drafter, publisher):
    standard = draft(drafter)
    base = flatten(values_of(standard))
    services.update_draft(standard, actor=publisher, values=typed_values(name="乙的名称"), base=base)

    with pytest.raises(services.DraftConflict) as caught:
        services.update_draft(standard, actor=drafter, values=typed_values(name="甲的名称"), base=base)

    assert caught.value.settled.open == {"name": ("贫困户退出标准", "甲的名称", "乙的名称")}
    assert Standard.objects.get().name == "乙的名称"
    services.update_draft(
        standard,
        actor=drafter,
        values=typed_values(name="甲的名称"),
        base=caught.value.settled.base,
        asked=["name"],
        choices={"name": "mine"},
    )
    assert Standard.objects.get().name == "甲的名称"
