"""The facts of a village's year: begun from last year's, saved by field, judged at once, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.fields.states import MET, UNMET
from poverty.review.models import FactEntry
from tests.factories.accounts import make_actor
from tests.factories.households import close_the_year, make_year
from tests.factories.villages import make_exit, make_village, make_village_standard, make_village_year
from villages.models import VillageAssessment, VillageYear
from villages.services.facts import save_village_year, start_village_year

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def clerk():
    return make_actor(Role.VILLAGE_CLERK)


def faults(act):
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        act()
    return refused.value.message_dict


def test_a_new_year_takes_over_what_is_built_and_asks_the_rest_anew(clerk):
    village = make_village()
    make_village_year(village, 2017, clinics=1, has_network=True, surface_width=Decimal("4.00"))
    make_year(year=2018)
    row = start_village_year(village, 2018, actor=clerk)
    assert (row.clinics, row.has_network, row.surface_width) == (1, True, Decimal("4.00"))
    assert row.sources["clinics"] == {"source": "carried", "on": "2017-12-31"}
    assert (row.households, row.collective_income, row.medical_insured) == (None, None, None)
    assert row.unsafe_water_households is None
    again = start_village_year(village, 2018, actor=clerk)
    assert again.pk == row.pk


def test_no_year_without_the_county_s(clerk):
    village = make_village()
    assert "尚未开启" in faults(lambda: start_village_year(village, 2018, actor=clerk))["year"][0]


def test_a_save_is_judged_in_the_same_breath_and_logged(clerk):
    make_village_standard()
    village = make_village()
    row = make_village_year(village, clinics=0)
    save_village_year(row, {"clinics": 1}, actor=clerk)
    assert VillageAssessment.objects.get().verdict == MET
    entry = Entry.objects.get(action="villages.year.save")
    assert entry.changes == {"clinics": [0, 1]}
    save_village_year(row, {"collective_income": Decimal("49999.99")}, actor=clerk)
    assert VillageAssessment.objects.get().verdict == UNMET


def test_nothing_changed_is_nothing_written(clerk):
    row = make_village_year()
    saved = save_village_year(row, {"clinics": 1}, actor=clerk)
    assert saved.version == row.version
    assert not Entry.objects.filter(action="villages.year.save").exists()


def test_each_fact_keeps_its_own_source_and_day(clerk):
    row = make_village_year()
    save_village_year(row, {"clinics": 2}, actor=clerk, source="bureau", happened_on=date(2018, 10, 9))
    row.refresh_from_db()
    assert row.source_of("clinics") == ("bureau", "2018-10-09")
    assert row.source_of("doctors") == ("entered", "2018-09-20")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"dangerous_households": 301}, "dangerous_households", "不能多于总户数，请核对。"),
        ({"women": 1001}, "women", "不能多于总人口数，请核对。"),
        ({"agricultural_population_source": ""}, "agricultural_population_source", "农业户籍人口须注明"),
        ({"agricultural_population": 0}, "agricultural_population_source", "不能为 0"),
        ({"industry_name": ""}, "industry_name", "请写明产业名称"),
        ({"collective_income": Decimal("-1")}, "collective_income", "不能为负数。"),
        ({"clinics": 1_000_001}, "clinics", "数字太大"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(clerk, changes, field, words):
    row = make_village_year()
    found = faults(lambda: save_village_year(row, changes, actor=clerk))
    assert words in "；".join(found[field])


def test_the_database_refuses_the_same():
    row = make_village_year()
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageYear.objects.filter(pk=row.pk).update(dangerous_households=301)
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageYear.objects.filter(pk=row.pk).update(collective_income=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageYear.objects.filter(pk=row.pk).update(agricultural_population_source="")


def test_a_closed_year_takes_no_facts(clerk):
    row = make_village_year()
    close_the_year(make_year())
    assert "已关闭" in faults(lambda: save_village_year(row, {"clinics": 2}, actor=clerk))["year"][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageYear.objects.filter(pk=row.pk).update(clinics=2)


def test_late_facts_say_why(clerk):
    row = make_village_year()
    late = {"happened_on": date(2018, 9, 1)}
    assert "late_reason" in faults(lambda: save_village_year(row, {"clinics": 2}, actor=clerk, **late))
    saved = save_village_year(row, {"clinics": 2}, actor=clerk, late_reason="外出核实", **late)
    assert saved.late_reason == "外出核实"


def test_who_fills_in_facts_is_noted_with_the_exit_under_way(clerk):
    row = make_village_year()
    case = make_exit(row.village)
    save_village_year(row, {"clinics": 2}, actor=clerk)
    entry = FactEntry.objects.get(case_type="villages.exitcase")
    assert (entry.case_id, entry.user) == (case.pk, clerk)


def test_a_village_that_was_merged_away_takes_no_facts(clerk):
    row = make_village_year()
    row.village.ended_on = date(2018, 6, 1)
    row.village.save()
    with pytest.raises(ValidationError, match="已于 2018-06-01 撤并"):
        save_village_year(row, {"clinics": 2}, actor=clerk)
