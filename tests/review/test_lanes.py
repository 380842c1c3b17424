"""Maker is not checker: the rule in Python and the trigger in PostgreSQL, over every combination."""

from datetime import date
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from poverty.review.lanes import Act, conflict
from poverty.review.models import FactEntry, Step
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_user

LANES = ("propose", "verify", "decide", "record")
# Two levels say everything: only "the same" and "another", and whether it is the village, matter.
LEVELS = ("village", "county")


def act(lane="verify", level="county", decider=1, name=None, typist=None):
    """An act of the person with id 1 (or of a paper signer: decider None), typed by himself unless said."""
    return Act(lane, level, decider, name or f"人{decider}", decider if typist is None else typist)


PROPOSED = act("propose", "village")


@pytest.mark.parametrize(
    ("new", "earlier", "facts", "words"),
    [
        # Somebody else may.
        (act(decider=2), [PROPOSED], [], ""),
        # The same decider never, whatever the levels.
        (act(), [PROPOSED], [], "人1已办理本轮村级提出"),
        (act("verify", "village"), [PROPOSED], [], "人1已办理本轮村级提出"),
        # One lane at two levels is two acts.
        (act("verify", "county"), [act("verify", "township")], [], "人1已办理本轮乡镇级核实"),
        # The same lane at the same level again: he goes on with what is his.
        (act("propose", "village"), [PROPOSED], [], ""),
        # Records neither make nor check.
        (act("record", "county"), [PROPOSED], [1], ""),
        (act(), [act("record", "village")], [], ""),
        # 代录 in the village: the clerk types what the first secretary signed, and may type the proposal too.
        (act("verify", "village", decider=2, typist=1), [PROPOSED], [], ""),
        (act("verify", "village", decider=None, name="张德海", typist=1), [PROPOSED], [], ""),
        # Typed at the village, decided at the county: refused both ways.
        (
            act("decide", "county"),
            [act("propose", "village", decider=2, typist=1)],
            [],
            "人1已录入本轮村级提出",
        ),
        (act("decide", "county", decider=3, typist=1), [PROPOSED], [], "录入人已办理或录入本轮村级提出"),
        (
            act("decide", "county", decider=3, typist=1),
            [act("propose", "village", decider=2, typist=1)],
            [],
            "录入人已办理或录入本轮村级提出",
        ),
        # Proposing and deciding at one level: the typist counts as well (a standard's draft and publishing).
        (act("decide", "county", decider=2, typist=1), [act("propose", "county")], [], "录入人已办理或录入"),
        # The county office reviews and types what the leading group decided.
        (act("decide", "county", decider=None, name="领导小组", typist=1), [act("verify", "county")], [], ""),
        # The same name on paper is the same person.
        (act(decider=None, name="人1", typist=2), [PROPOSED], [], "人1已办理本轮村级提出"),
        # Who entered the facts.
        (act(), [], [1], "人1本轮填报过该对象的信息"),
        (act(decider=2, typist=1), [], [1], "录入人本轮填报过该对象的信息"),
        (act("verify", "village"), [], [1], ""),
        (act("propose", "county"), [], [1], ""),
        (act("decide", "village"), [], [1], "人1本轮填报过该对象的信息"),
    ],
)
def test_rule(new, earlier, facts, words):
    assert conflict(new, earlier, facts).startswith(words)
    assert bool(conflict(new, earlier, facts)) == bool(words)


def combinations(a, b):
    """(new, earlier, facts_by) over every lane, level, decider, typist and who entered the facts."""
    deciders = ((a.pk, "甲"), (b.pk, "乙"), (None, "甲"), (None, "丙"))
    acts = [
        Act(lane, level, decider, name, typist)
        for lane, level, (decider, name), typist in product(LANES, LEVELS, deciders, (a.pk, b.pk))
    ]
    mine = [one for one in acts if (one.decided_by_id, one.decided_by_name) in ((a.pk, "甲"), (None, "丙"))]
    yield from ((new, earlier, facts) for new in mine for earlier in acts for facts in ((), (a.pk,)))


def step(act, case_id):
    """A row as any writer might insert it, past all services."""
    return Step(
        case_type="review_tests.case",
        case_id=case_id,
        area_code=VILLAGE_A,
        transition="x",
        source="a",
        target="b",
        lane=act.lane,
        level=act.level,
        decided_by_id=act.decided_by_id,
        decided_by_name=act.decided_by_name,
        recorded_by_id=act.recorded_by_id,
        happened_on=date(2018, 11, 3),
        document_name="签字表",
    )


@pytest.mark.django_db
def test_postgresql_refuses_exactly_what_the_rule_refuses():
    a, b = make_user("甲"), make_user("乙")
    rows = list(enumerate(combinations(a, b), start=1))
    Step.objects.bulk_create([step(earlier, pk) for pk, (_, earlier, _) in rows])
    FactEntry.objects.bulk_create(
        [
            FactEntry(case_type="review_tests.case", case_id=pk, round=1, user_id=user)
            for pk, (_, _, facts) in rows
            for user in facts
        ]
    )
    refused = {pk for pk, (new, earlier, facts) in rows if conflict(new, [earlier], facts)}
    assert 500 < len(refused) < len(rows)
    new_of = {pk: new for pk, (new, _, _) in rows}

    # What the rule allows goes in as one statement.
    Step.objects.bulk_create([step(new, pk) for pk, new in new_of.items() if pk not in refused])
    # What it refuses, one by one.
    for pk in refused:
        with pytest.raises(IntegrityError, match="Maker is not checker"), transaction.atomic():
            step(new_of[pk], pk).save()


@pytest.fixture
def begun(db):
    """A case with one step of the first round."""
    clerk = make_user("甲")
    return step(Act("propose", "village", clerk.pk, "甲", clerk.pk), 1), clerk


class TestPostgresqlAlone:
    """Plain inserts, past every service."""

    def test_a_round_that_is_not_open(self, begun):
        first, _ = begun
        first.save()
        other = make_user("乙")
        second = step(Act("verify", "county", other.pk, "乙", other.pk), 1)
        second.round = 2
        with pytest.raises(IntegrityError, match="round that is not open"), transaction.atomic():
            second.save()
        second.round = 1
        second.save()

    def test_a_step_before_the_others(self, begun):
        first, clerk = begun
        first.save()
        early = step(Act("verify", "county", clerk.pk, "甲", clerk.pk), 1)
        early.id = -1
        with pytest.raises(IntegrityError, match="out of order"), transaction.atomic():
            early.save(force_insert=True)

    def test_two_steps_of_a_case_in_one_statement(self, begun):
        first, _ = begun
        other = make_user("乙")
        with pytest.raises(IntegrityError, match="out of order"), transaction.atomic():
            Step.objects.bulk_create([first, step(Act("verify", "county", other.pk, "乙", other.pk), 1)])

    def test_a_step_of_another_transaction(self, begun):
        first, _ = begun
        first.txid = 5
        with pytest.raises(IntegrityError, match="belongs to the transaction"), transaction.atomic():
            first.save()

    def test_entered_for_another_without_paper(self, begun):
        _, clerk = begun
        paper = step(Act("propose", "village", None, "张德海", clerk.pk), 1)
        paper.document_name = ""
        with pytest.raises(IntegrityError, match="step_entered_for_another"), transaction.atomic():
            paper.save()

    def test_an_unknown_lane(self, begun):
        first, _ = begun
        first.lane = "wave"
        with pytest.raises(IntegrityError, match="step_lane_is_known"), transaction.atomic():
            first.save()
