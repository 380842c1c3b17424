"""Filters of policies, benefits and loans, for programs."""

import django_filters as filters

from households.api_filters import FIRST_YEAR, LAST_YEAR, CodeFilter, WholeNumberFilter, id_filter
from households.benefits.models import Benefit, Job, Loan, Policy, Trainee
from households.options.policy_options import POLICY_GROUPS
from households.options.work_options import JOB_KINDS
from poverty.accounts.options.sectors import SECTORS
from poverty.sql.prefix import within
from poverty.standards.statuses import Status


class _OfHouseholds(filters.FilterSet):
    """By household and by place."""

    household = id_filter("household_id", "户")
    area = CodeFilter(label="区划代码（含以下）", method="by_place")

    def by_place(self, rows, name, value):
        """Of households that stand there now."""
        return rows.filter(within("household__area_id", [value]))


class PolicyApiFilter(filters.FilterSet):
    """The catalogue by status, year, group and sector."""

    status = filters.ChoiceFilter(label="状态", choices=Status.choices)
    group = filters.ChoiceFilter(label="类别", choices=POLICY_GROUPS.choices)
    sector = filters.ChoiceFilter(label="行业部门", choices=SECTORS.choices)
    year = WholeNumberFilter(label="执行年度", method="in_year", min_value=FIRST_YEAR, max_value=LAST_YEAR)

    class Meta:
        model = Policy
        fields = ()

    def in_year(self, rows, name, value):
        """Whose years hold this one."""
        return rows.in_year(int(value))


class BenefitApiFilter(_OfHouseholds):
    """What was received, by policy, year, and whether it still stands."""

    code = filters.CharFilter(label="政策代号", max_length=40)
    year = WholeNumberFilter(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    standing = filters.BooleanFilter(label="未冲销")

    class Meta:
        model = Benefit
        fields = ()


class LoanApiFilter(_OfHouseholds):
    """Loans, repaid or not."""

    repaid = filters.BooleanFilter(label="已还清", field_name="repaid_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Loan
        fields = ()


class TraineeApiFilter(_OfHouseholds):
    """Who was trained, by the year in which the course began."""

    year = WholeNumberFilter(
        label="开班年份",
        field_name="training__held_from",
        lookup_expr="year",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
    )

    class Meta:
        model = Trainee
        fields = ()


class JobApiFilter(_OfHouseholds):
    """Jobs by kind."""

    kind = filters.ChoiceFilter(label="就业方式", choices=JOB_KINDS.choices)

    class Meta:
        model = Job
        fields = ()
