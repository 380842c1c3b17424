"""行政村信息 and 村退出台账 against values by hand: what stands in which column, and for whom."""

from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from poverty.accounts.models import Role
from poverty.ledgers.asking import ask
from poverty.ledgers.services.exporting import export_to
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A
from tests.factories.accounts import make_actor
from tests.factories.households import make_household
from tests.factories.villages import make_village, make_village_standard, make_village_year
from tests.villages import path
from tests.villages.path import exit_of, people, standard, walk
from villages.ledgers import LEDGERS
from villages.services.assess import judge_villages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_all_of_it")]


def table(user, name, **filters):
    """Rows as {heading: cell}."""
    question = ask(name, user=user, area_code=COUNTY_A, year=2018, filters=filters)
    headings = [one.heading for one in question.columns]
    return [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]


def test_a_village_stands_in_the_register_with_its_year(county_reviewer):
    make_village_year(make_village(), clinics=0, has_network=None)
    make_village("220503100205", status="")
    first, second = table(county_reviewer, "villages")
    assert (first["行政村"], first["总户数（户）"], first["卫生室个数（个）"]) == ("区划220503100204", 300, 0)
    assert first["村级集体经济收入（万元）"] == Decimal("5.20")
    assert first["是否通客运班车"] == "是"
    assert first["行政村是否通宽带或移动网络"] in ("", None)
    assert second["总户数（户）"] is None
    assert len(table(county_reviewer, "villages", status="listed")) == 1


def test_an_exit_stands_with_its_figures_and_who_did_what(county_reviewer):
    standard()
    make_household(survey=False, planned_exit_year=2018)
    case = exit_of()
    who = people()
    walk(case, who, "checked")
    (row,) = table(county_reviewer, "village_exits")
    assert (row["未脱贫人口（人）"], row["本批计划退出人口（人）"]) == (1, 1)
    assert (row["贫困发生率（%）"], row["本批退出后（%）"]) == (Decimal("0.11"), Decimal("0.00"))
    assert (row["环节"], row["系统判定"], row["差什么"]) == ("待市级验收", "达标", None)
    assert (row["自查日期"], row["县级核查日期"], row["市级验收日期"]) == (path.SELF, path.COUNTY, None)
    assert row["县级核查办理人"] == who.reviewer.name
    assert (row["乡镇公示起"], row["乡镇公示止"]) == (path.POSTED, date(2018, 10, 27))


def test_what_a_village_lacks_stands_in_words(county_reviewer):
    standard()
    exit_of(clinics=0, paved_to_township=None)
    (row,) = table(county_reviewer, "village_exits")
    assert row["差什么"] == "通硬化路待核实、卫生室未达标"


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_every_ledger_goes_out_as_a_workbook_and_to_nobody_else(
    ledger, county_reviewer, stranger, tmp_path, settings
):
    settings.FILES_ROOT = tmp_path / "files"
    make_village_standard()
    case = exit_of()
    judge_villages([case.village_id], 2018)
    export = export_to(
        tmp_path / "out.xlsx", ledger.name, area_code=COUNTY_A, year=2018, actor=county_reviewer
    )
    assert export.state == "done"
    title = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]["A1"].value
    assert title.startswith(ledger.title)
    for user in (stranger("county_reviewer"), make_actor(Role.VILLAGE_CLERK)):
        assert not ledger.rows(user, COUNTY_A, 2018, {}).exists()


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_no_two_columns_have_the_same_heading(ledger):
    headings = [one.heading for one in ledger.columns]
    assert sorted(headings) == sorted(set(headings))
