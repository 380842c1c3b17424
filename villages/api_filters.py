"""Which rows the API of villages lists; a parameter that nobody knows is refused."""

import django_filters as filters

from households.api_filters import FIRST_YEAR, LAST_YEAR, WholeNumberFilter
from poverty.areas.filters import CodeFilter
from poverty.fields.states import State
from poverty.sql.prefix import within
from villages.models import (
    EnterpriseAgreement,
    Evaluation,
    ExitCase,
    Village,
    VillageAssessment,
    VillagePost,
    VillageYear,
    Workroom,
)
from villages.options.enterprise_kinds import ENTERPRISE_KINDS
from villages.options.evaluations import EVALUATION_PERIODS, EVALUATION_RESULTS
from villages.options.posts import POSTS
from villages.options.statuses import VILLAGE_STATUSES


def _village() -> WholeNumberFilter:
    return WholeNumberFilter(field_name="village_id", label="村", min_value=1, max_value=2**63 - 1)


def _year() -> WholeNumberFilter:
    return WholeNumberFilter(field_name="year", label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)


class _ByArea(filters.FilterSet):
    area = CodeFilter(label="区划代码（含以下）", method="below")
    place = "village__area_id"

    def below(self, rows, name, value):
        """At a place or below it."""
        return rows.filter(within(self.place, [value]))


class VillageApiFilter(_ByArea):
    """By place and standing."""

    status = filters.ChoiceFilter(label="出列状态", choices=VILLAGE_STATUSES.choices)
    place = "area_id"

    class Meta:
        model = Village
        fields = ()


class VillageYearFilter(_ByArea):
    """By place, village and year."""

    village = _village()
    year = _year()

    class Meta:
        model = VillageYear
        fields = ()


class VillageAssessmentFilter(_ByArea):
    """By place, village, year and verdict."""

    village = _village()
    year = _year()
    verdict = filters.ChoiceFilter(label="结论", choices=[(str(one.value), one.label) for one in State])

    class Meta:
        model = VillageAssessment
        fields = ()


class VillageExitFilter(_ByArea):
    """By place, village, year and step."""

    village = _village()
    year = _year()
    state = filters.ChoiceFilter(label="环节", choices=ExitCase.State.choices)

    class Meta:
        model = ExitCase
        fields = ()


class VillagePostFilter(_ByArea):
    """By place, village, post, and whether it is held today."""

    village = _village()
    post = filters.ChoiceFilter(label="岗位", choices=POSTS.choices)
    open = filters.BooleanFilter(label="在任", method="by_open")

    class Meta:
        model = VillagePost
        fields = ()

    def by_open(self, rows, name, value):
        """Held today, or ended by today."""
        held = rows.open_on()
        return held if value else rows.exclude(pk__in=held.values("pk"))


class WorkroomFilter(_ByArea):
    """By place, village, and whether it is open today."""

    village = _village()
    open = filters.BooleanFilter(label="在用", method="by_open")

    class Meta:
        model = Workroom
        fields = ()

    def by_open(self, rows, name, value):
        """Open today, or ended by today."""
        held = rows.open_on()
        return held if value else rows.exclude(pk__in=held.values("pk"))


class EvaluationFilter(_ByArea):
    """By place, village, person, year, period, result, and whether it counts."""

    village = _village()
    person = WholeNumberFilter(field_name="person_id", label="被考评人", min_value=1, max_value=2**63 - 1)
    year = _year()
    period = filters.ChoiceFilter(label="考评期", choices=EVALUATION_PERIODS.choices)
    result = filters.ChoiceFilter(label="考评结果", choices=EVALUATION_RESULTS.choices)
    current = filters.BooleanFilter(label="有效", field_name="is_current")

    class Meta:
        model = Evaluation
        fields = ()


class AgreementFilter(_ByArea):
    """By place, village, enterprise, kind of help, and whether it is in force today."""

    place = "post__village__area_id"
    village = WholeNumberFilter(field_name="post__village_id", label="村", min_value=1, max_value=2**63 - 1)
    enterprise = WholeNumberFilter(
        field_name="post__unit_id", label="企业（单位）", min_value=1, max_value=2**63 - 1
    )
    kind = filters.ChoiceFilter(label="帮扶方式", choices=ENTERPRISE_KINDS.choices, method="by_kind")
    open = filters.BooleanFilter(label="在协议期", method="by_open")

    class Meta:
        model = EnterpriseAgreement
        fields = ()

    def by_kind(self, rows, name, value):
        """With this among its kinds."""
        return rows.filter(kinds__contains=[value])

    def by_open(self, rows, name, value):
        """In force today, or not."""
        held = rows.open_on()
        return held if value else rows.exclude(pk__in=held.values("pk"))
