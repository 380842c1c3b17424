"""One transition of a list: all or none, set-based."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.batch import fire_many
from poverty.review.errors import NotAllOfThem
from poverty.review.models import FactEntry, Step
from poverty.review.services import fire, note_fact_entries, note_fact_entry
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_posting, make_user
from tests.review.cases import Case, make_case


@pytest.fixture
def checker(db):
    """Another person of the village."""
    return make_posting(make_user("李秀英"), Role.VILLAGE_CLERK, VILLAGE_A).user


@pytest.fixture
def cases(actors):
    """Five proposed cases."""
    for _ in range(5):
        make_case()
    fire_many("open", Case.objects.all(), actor=actors["village_clerk"])
    fire_many("propose", Case.objects.filter(state="draft"), actor=actors["village_clerk"])
    return list(Case.objects.order_by("pk"))


def test_a_list_moves_on_with_a_step_and_an_audit_entry_each(cases, checker):
    done = fire_many("check", Case.objects.filter(state="proposed"), actor=checker, comment="逐户核实")

    assert done == 5
    assert set(Case.objects.values_list("state", flat=True)) == {"checked"}
    steps = Step.objects.filter(transition="check")
    assert {step.case_id for step in steps} == {case.pk for case in cases}
    assert {(step.source, step.target, step.comment, step.round) for step in steps} == {
        ("proposed", "checked", "逐户核实", 1)
    }
    entries = Entry.objects.filter(action="review_tests.case.check")
    assert {entry.case_id for entry in entries} == {case.pk for case in cases}
    assert entries[0].changes == {"state": ["proposed", "checked"]}


def test_one_and_many_write_the_same(cases, checker):
    fire("check", cases[0], actor=checker, comment="同意")
    fire_many("check", Case.objects.filter(pk=cases[1].pk), actor=checker, comment="同意")

    def written(case, model, drop):
        row = model.objects.filter(case_id=case.pk).order_by("-id").values().first()
        return {name: value for name, value in row.items() if name not in drop}

    for model in (Step, Entry):
        drop = {"id", "case_id", "recorded_at", "at"}
        assert written(cases[0], model, drop) == written(cases[1], model, drop)


def test_an_empty_list_writes_nothing(db, checker):
    assert fire_many("check", Case.objects.none(), actor=checker) == 0
    assert not Step.objects.exists()


def test_one_wrong_state_holds_all_back(cases, checker):
    fire("check", cases[2], actor=checker)
    with pytest.raises(
        NotAllOfThem, match="有 1 项不能办理，本次全部未办理：已由李秀英办理“村级核实”"
    ) as caught:
        fire_many("check", Case.objects.all(), actor=checker)
    assert list(caught.value.refused) == [cases[2].pk]
    assert Step.objects.filter(transition="check").count() == 1


def test_one_in_another_place_holds_all_back(cases, checker):
    Case.objects.filter(pk=cases[0].pk).update(area_code="140212100201")
    with pytest.raises(PermissionDenied):
        fire_many("check", Case.objects.all(), actor=checker)
    assert not Step.objects.filter(transition="check").exists()


def test_the_maker_is_refused_by_the_database(cases, actors, checker):
    fire_many("check", Case.objects.filter(pk__in=[case.pk for case in cases[:4]]), actor=checker)
    with pytest.raises(NotAllOfThem, match="不能由同一人办理") as caught:
        fire_many("check", Case.objects.filter(state="proposed"), actor=actors["village_clerk"])
    assert list(caught.value.refused) == [cases[4].pk]
    assert Case.objects.get(pk=cases[4].pk).state == "proposed"


def test_who_entered_facts_is_refused(cases, actors, checker):
    fire_many("check", Case.objects.all(), actor=checker)
    officer = actors["township_officer"]
    assert note_fact_entries("review_tests.case", Case.objects.filter(pk=cases[3].pk), officer) == 1
    with pytest.raises(NotAllOfThem) as caught:
        fire_many("verify", Case.objects.all(), actor=officer)
    assert list(caught.value.refused) == [cases[3].pk]
    assert fire_many("verify", Case.objects.exclude(pk=cases[3].pk), actor=officer) == 4


def test_preconditions_one_by_one_and_set_based(cases, actors, checker):
    fire_many("check", Case.objects.all(), actor=checker)
    Case.objects.filter(pk=cases[1].pk).update(persons=0)
    with pytest.raises(NotAllOfThem, match="户内没有成员") as caught:
        fire_many("verify", Case.objects.all(), actor=actors["township_officer"])
    assert list(caught.value.refused) == [cases[1].pk]
    Case.objects.update(persons=1)
    fire_many("verify", Case.objects.all(), actor=actors["township_officer"])
    Case.objects.filter(pk=cases[1].pk).update(persons=0)
    with pytest.raises(NotAllOfThem, match="户内没有成员"):
        fire_many(
            "approve", Case.objects.all(), actor=actors["county_reviewer"], document_name="领导小组纪要"
        )


def test_dates_and_papers_are_asked_as_for_one(cases, checker):
    with pytest.raises(ValidationError) as caught:
        fire_many(
            "check", Case.objects.all(), actor=checker, happened_on=timezone.localdate() + timedelta(days=1)
        )
    assert list(caught.value.message_dict) == ["happened_on"]
    with pytest.raises(NotAllOfThem, match="发生日期早于上一环节"):
        fire_many(
            "check", Case.objects.all(), actor=checker, happened_on=timezone.localdate() - timedelta(days=1)
        )


def test_a_leading_group_decides_by_list(cases, actors, checker):
    fire_many("check", Case.objects.all(), actor=checker)
    fire_many("verify", Case.objects.all(), actor=actors["township_officer"])
    done = fire_many(
        "approve",
        Case.objects.all(),
        actor=actors["county_reviewer"],
        decided_by_name="县扶贫开发领导小组",
        document_name="领导小组会议纪要〔2018〕12号",
    )
    assert done == 5
    step = Step.objects.filter(transition="approve").first()
    assert (step.decided_by_id, step.decided_by_name) == (None, "县扶贫开发领导小组")


def test_the_number_of_statements_does_not_grow(cases, checker, django_assert_max_num_queries):
    for _ in range(30):
        make_case()
    with django_assert_max_num_queries(20):
        fire_many("open", Case.objects.filter(state="draft"), actor=checker)


class TestFactEntries:
    def test_again_in_the_same_round_writes_nothing(self, cases, checker):
        everything = Case.objects.all()
        assert note_fact_entries("review_tests.case", everything, checker) == 5
        assert note_fact_entries("review_tests.case", everything, checker) == 0
        note_fact_entry("review_tests.case", cases[0].pk, checker)
        assert FactEntry.objects.count() == 5

    def test_the_round_is_the_open_one(self, cases, actors, checker):
        fire_many("check", Case.objects.all(), actor=checker)
        fire("return", Case.objects.get(pk=cases[0].pk), actor=actors["county_reviewer"], comment="重报")
        note_fact_entries("review_tests.case", Case.objects.all(), checker)
        note_fact_entry("review_tests.case", cases[0].pk, actors["township_officer"])
        assert list(FactEntry.objects.filter(case_id=cases[0].pk).values_list("round", flat=True)) == [2, 2]
        assert set(FactEntry.objects.exclude(case_id=cases[0].pk).values_list("round", flat=True)) == {1}
