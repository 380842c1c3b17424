"""Taking over what the national system says of a household: dated, with source, and never an exit decided
here.
"""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from households.models import Household, HouseholdStatus
from households.services.status import adopt_status, adopt_status_many
from poverty.audit.models import Entry
from poverty.review.models import Step
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.households import make_household, make_year
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

PAPER = {"source": "import", "document_name": "国网导出表2018-12"}
ON = date(2018, 12, 20)


def test_a_status_is_taken_over_with_its_day_and_source(county_reviewer):
    household = make_household(VILLAGE_A)
    adopt_status(household, "exited", "exited", on=ON, actor=county_reviewer, **PAPER)
    household.refresh_from_db()
    assert (household.status, household.kind, household.exit_year) == ("exited", "exited", 2018)
    rows = household.statuses.order_by("valid_from").values_list(
        "status", "valid_from", "valid_to", "document"
    )
    assert list(rows) == [
        ("not_exited", date(2016, 1, 1), ON, ""),
        ("exited", ON, None, "国网导出表2018-12"),
    ]
    step = Step.objects.of_case("households.household.status", household.pk).last()
    assert (step.transition, step.lane) == ("adopt_exited", "record")
    entry = Entry.objects.get(action="households.status.adopt")
    assert entry.summary == "带入：脱贫户，已脱贫，2018-12-20起，来源：国网导入 国网导出表2018-12"


def test_a_household_returns_to_poverty(county_reviewer):
    household = make_household(VILLAGE_A, status="exited", kind="exited")
    adopt_status(household, "returned", "registered_poor", on=ON, actor=county_reviewer, **PAPER)
    household.refresh_from_db()
    assert (household.status, household.return_year) == ("returned", 2018)


def test_the_same_again_writes_nothing(county_reviewer):
    household = make_household(VILLAGE_A)
    adopt_status(household, "not_exited", "registered_poor", on=ON, actor=county_reviewer, **PAPER)
    assert household.statuses.count() == 1


def test_the_kind_alone_may_change(county_reviewer):
    household = make_household(VILLAGE_A, status="exited", kind="exited")
    adopt_status(household, "exited", "exited_with_policy", on=ON, actor=county_reviewer, **PAPER)
    household.refresh_from_db()
    assert household.kind == "exited_with_policy"
    assert Step.objects.of_case("households.household.status", household.pk).count() == 1


def test_the_regime_is_that_of_the_day(county_reviewer):
    household = make_household(VILLAGE_A)
    adopt_status(household, "exited", "exited", on=date(2021, 3, 1), actor=county_reviewer, **PAPER)
    household.refresh_from_db()
    assert household.regime == "transition"


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"on": date(2099, 1, 1)}, "on", "今天之后"),
        ({"on": date(2015, 1, 1)}, "on", "不能早于现状态的开始日期 2016-01-01"),
        ({"document_name": " "}, "document_name", "来源的文件"),
        ({"source": "rumour"}, "source", "请选择来源"),
        ({"status": "rich"}, "status", "请选择脱贫属性"),
        ({"kind": "general_rural"}, "kind", "一般农户没有脱贫属性"),
    ],
)
def test_refused_at_the_field(county_reviewer, changes, field, word):
    household = make_household(VILLAGE_A)
    values = {"status": "exited", "kind": "exited", "on": ON, "actor": county_reviewer, **PAPER, **changes}
    assert word in refused(adopt_status, household, **values)[field][0]
    household.refresh_from_db()
    assert household.status == "not_exited"


def test_not_into_a_closed_year(county_reviewer):
    household = make_household(VILLAGE_A)
    make_year(year=2019, state="closed")
    told = refused(adopt_status, household, "exited", "exited", on=ON, actor=county_reviewer, **PAPER)
    assert "2019年度已关闭" in told["on"][0]


def test_only_by_the_county_in_place(township_officer, stranger):
    household = make_household(VILLAGE_A)
    for actor in (township_officer, stranger("county_reviewer")):
        with pytest.raises(PermissionDenied):
            adopt_status(household, "exited", "exited", on=ON, actor=actor, **PAPER)


class TestMany:
    def test_one_as_many(self, county_reviewer):
        """The columns, rows, steps and entries of one by one are those of all at once."""
        one, *_ = (make_household(VILLAGE_A, head=name) for name in ("甲一", "乙二", "丙三"))
        adopt_status(one, "exited", "exited", on=ON, actor=county_reviewer, **PAPER)
        chosen = Household.objects.filter(status="not_exited")
        assert adopt_status_many(chosen, "exited", "exited", on=ON, actor=county_reviewer, **PAPER) == 2
        columns = ("status", "kind", "regime", "exit_year", "version")
        assert len(set(Household.objects.values_list(*columns))) == 1
        rows = ("status", "kind", "regime", "valid_from", "valid_to", "source", "document")
        assert len(set(HouseholdStatus.objects.filter(valid_to=None).values_list(*rows))) == 1
        assert HouseholdStatus.objects.filter(valid_to=ON).count() == 3
        assert Step.objects.filter(transition="adopt_exited").count() == 3
        summaries = Entry.objects.filter(action="households.status.adopt").values_list("summary", flat=True)
        assert len(summaries) == 3
        assert len(set(summaries)) == 1

    def test_who_has_it_already_is_left_alone(self, county_reviewer):
        make_household(VILLAGE_A, status="exited", kind="exited")
        other = make_household(VILLAGE_A, status="exited", kind="exited_with_policy")
        every = Household.objects.all()
        assert adopt_status_many(every, "exited", "exited", on=ON, actor=county_reviewer, **PAPER) == 1
        other.refresh_from_db()
        assert other.kind == "exited"

    def test_all_or_none(self, county_reviewer):
        fine = make_household(VILLAGE_A)
        late = make_household(VILLAGE_A, head="陈大山")
        late.statuses.update(valid_from=date(2019, 1, 1))
        told = refused(
            adopt_status_many,
            Household.objects.all(),
            "exited",
            "exited",
            on=ON,
            actor=county_reviewer,
            **PAPER,
        )
        assert "有 1 户的现状态从更晚的日期开始（最晚 2019-01-01）" in told["on"][0]
        fine.refresh_from_db()
        assert fine.status == "not_exited"

    def test_not_in_another_county(self, county_reviewer):
        make_household(VILLAGE_B)
        with pytest.raises(PermissionDenied):
            adopt_status_many(
                Household.objects.all(), "exited", "exited", on=ON, actor=county_reviewer, **PAPER
            )
