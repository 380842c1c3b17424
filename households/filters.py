"""Which households to list, for page and API. The scope comes from the queryset, not from here."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone
from django_cte import CTE, with_cte
from django_filters.fields import ChoiceField

from households.disclosure import (
    is_limited,
    limited_somewhere,
    own_indicators,
    sees_indicator,
    whole_to,
)
from households.indicators import INDICATORS
from households.models import Assessment, Household, Pairing, Survey
from households.options.causes import CAUSES
from households.options.kinds import GENERAL_RURAL, HOUSEHOLD_KINDS
from households.options.poverty_status import POVERTY_STATUSES
from households.search import FEW, holds_number, search
from poverty.accounts.models import User
from poverty.areas.models import Level
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.sql.prefix import within
from poverty.web.chosen import chosen

ON_REGISTER = "on_register"
NOT_JUDGED = "none"
LACKING = "lacking"

KINDS = [(ON_REGISTER, "建档立卡户（含已脱贫）"), *HOUSEHOLD_KINDS.choices]
VERDICTS = [
    (str(UNMET), "未达标"),
    (str(UNKNOWN), "待核实"),
    (str(MET), "达标"),
    (LACKING, "未达标或待核实"),
    (NOT_JUDGED, "未判定"),
]
INDICATOR_STATES = [(str(UNMET), "未达标"), (str(UNKNOWN), "待核实"), (str(MET), "达标")]
REGISTER = [("registered", "在册"), ("pending", "待登记"), ("gone", "已并户或销户"), ("all", "全部")]
YES = [("yes", "是")]
VISITED = [("no", "未走访"), ("yes", "已走访")]

SAMPLE, MANY = 5_000, 50  # of so many rows so many: enough for a page, wherever it begins
RARE = 20_000  # results of a kind that are better found first than met in the order of the list

# What a bureau officer is not told must not be found out by filtering either.
REVEALING = ("kind", "status", "verdict", "cause", "helper", "no_helper", "visited")

NUMBER_REFUSED = "七位以上的号码不能写进网址，请用“按号码查找”。"


class AreaCodeField(ChoiceField):
    """A place by its code. The choices are those offered; a link may carry any other code."""

    def valid_value(self, value):
        return value.isascii() and value.isdigit() and len(value) <= 12


class AreaCodeFilter(filters.ChoiceFilter):
    """Households at a place or below it."""

    field_class = AreaCodeField

    def filter(self, queryset, value):
        return queryset.under(value) if value else queryset


class SearchField(forms.CharField):
    """What is typed to find a household; a number of somebody is refused, for filters stand in the address."""

    def clean(self, value):
        value = super().clean(value)
        if holds_number(value):
            raise ValidationError(NUMBER_REFUSED)
        return value


class SearchFilter(filters.CharFilter):
    """households.search over the rows."""

    field_class = SearchField

    def filter(self, queryset, value):
        return search(queryset, value) if value else queryset


class HouseholdFilter(filters.FilterSet):
    """By place, kind, status, result of a year, what is lacking, cause, helper and search text.

    Takes the request, for the person and the year. Who sees households only by his sector gets only the
    filters that tell nothing else; `ordered` gives the rows in one of the orders of SORTS.
    """

    q = SearchFilter(
        label="查找",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "placeholder": "姓名、拼音、户编号、证件后四位",
            }
        ),
    )
    area = AreaCodeFilter(label="区划", empty_label=None)
    verdict = filters.ChoiceFilter(
        label="判定结论", choices=VERDICTS, method="by_verdict", empty_label="全部"
    )
    indicator = filters.ChoiceFilter(label="指标", choices=(), method="by_indicator", empty_label="全部指标")
    indicator_state = filters.ChoiceFilter(
        label="指标结果", choices=INDICATOR_STATES, method="with_indicator", empty_label="未达标或待核实"
    )
    kind = filters.ChoiceFilter(label="户类型", choices=KINDS, method="by_kind", empty_label="全部")
    status = filters.ChoiceFilter(label="脱贫属性", choices=POVERTY_STATUSES.choices, empty_label="全部")
    cause = filters.ChoiceFilter(
        label="主要致贫原因", field_name="main_cause", choices=CAUSES.choices, empty_label="全部"
    )
    helper = filters.CharFilter(label="帮扶责任人姓名", method="by_helper")
    no_helper = filters.ChoiceFilter(
        label="没有帮扶责任人", choices=YES, method="without_helper", empty_label="不限"
    )
    visited = filters.ChoiceFilter(label="本年走访", choices=VISITED, method="by_visit", empty_label="不限")
    register = filters.ChoiceFilter(
        label="登记状态", choices=REGISTER, method="by_register", empty_label="在册"
    )

    class Meta:
        model = Household
        fields = ()

    def __init__(self, data=None, queryset=None, *, request, prefix=None, areas=()):
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.user = request.user
        self.year = chosen(request).year
        self.limited = is_limited(self.user)
        own = own_indicators(self.user) if self.limited else set(INDICATORS)
        names = self.form.fields
        names["indicator"].choices = [(code, INDICATORS[code].label) for code in INDICATORS if code in own]
        names["area"].choices = list(areas)
        if self.limited:
            for name in REVEALING:
                del names[name]

    def filter_queryset(self, queryset):
        """The rows that fit, each with the result of the year at hand as `result`."""
        queryset = queryset.annotate(
            result=FilteredRelation("assessments", condition=Q(assessments__year=self.year))
        )
        values = self.form.cleaned_data
        if limited_somewhere(self.user) and not self.limited and any(values.get(n) for n in REVEALING):
            queryset = queryset.filter(whole_to(self.user))
        for name, value in values.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset if values.get("register") else queryset.on_register()

    def _nobody(self):
        """No rows, with what an order asks of them."""
        return self.queryset.annotate(
            result=FilteredRelation("assessments", condition=Q(assessments__year=self.year))
        ).none()

    def by_kind(self, rows, name, value):
        """One kind, or all that are on the poverty register."""
        return rows.exclude(kind=GENERAL_RURAL) if value == ON_REGISTER else rows.filter(kind=value)

    def by_verdict(self, rows, name, value):
        """The stored verdict of the year; "none": not judged."""
        if value == NOT_JUDGED:
            judged = Assessment.objects.filter(household=OuterRef("pk"), year=self.year)
            return self._without(rows, judged)
        return rows.filter(result__verdict__in=[UNMET, UNKNOWN] if value == LACKING else [int(value)])

    def by_indicator(self, rows, name, value):
        """One indicator unmet or unknown, or as indicator_state says."""
        if limited_somewhere(self.user):
            rows = rows.filter(sees_indicator(self.user, value))
        return rows.filter(**{f"result__{value}__in": self._states()})

    def _states(self) -> list[int]:
        state = self.form.cleaned_data.get("indicator_state")
        return [int(state)] if state else [UNMET, UNKNOWN]

    def with_indicator(self, rows, name, value):
        """Counts only together with an indicator."""
        return rows

    def by_helper(self, rows, name, value):
        """Paired today with a person of this name, pinyin or account."""
        people = User.objects.named(value).values("pk")
        return rows.filter(Exists(_open_pairings().filter(helper__in=people)))

    def without_helper(self, rows, name, value):
        """On the poverty register and without a helper today."""
        return self._without(rows.exclude(kind=GENERAL_RURAL), _open_pairings())

    def _without(self, rows, missing):
        """Households that `missing` does not exist for: mostly few, or none.

        Filling a page of them in some order would walk through all the others; so the keys are found first,
        set-based, and only where they are many is a walk the better way. Over more than a county, where a page of
        them stands among the first rows, they are many, and nobody need look through all to know it.
        """
        found = rows.filter(~Exists(missing))
        if not self._counties() and self._is_common(rows, found):
            return found
        few = set(found.order_by().values_list("pk", flat=True)[: FEW + 1])
        return rows.filter(pk__in=few) if len(few) <= FEW else found

    def _is_common(self, rows, found, order: str = "area_id") -> bool:
        """Whether a page of what was `found` stands among the first of the rows."""
        first = CTE(rows.order_by(order, "pk").values("pk")[:SAMPLE], name="first", materialized=True)
        among = found.filter(pk__in=first.queryset().values("pk"))
        return with_cte(first, select=among).order_by().count() > MANY

    def _from_one_place(self, rows):
        """The rows of a township or village found first, before any order is thought of.

        The planner takes a place for spread evenly over an order by name, and walks through half a province to find it.
        """
        code = self.form.cleaned_data.get("area") or "" if self.form.is_valid() else ""
        if len(code) < Level.TOWNSHIP:
            return rows
        return _found_first(rows, Household.objects.under(code).values("pk"), "here")

    def gathered(self, rows: QuerySet, sort: str) -> QuerySet | None:
        """Keys and incomes of all the rows, found before their order is thought of: what `keyset_page` reads first.

        For an order by income in a township, or of one status or cause in a county: few fit, and they are anywhere in
        that order (the richest have all exited). Two indexes hold all that is asked. None: the rows are read in order.
        """
        if sort.removeprefix("-") != "income" or self.limited or not self.form.is_valid():
            return None
        values = self.form.cleaned_data
        place = len(values.get("area") or "") >= Level.TOWNSHIP
        few = self._counties() and (values.get("status") or values.get("cause"))
        if not (place or few) or values.get("indicator") or values.get("verdict") == NOT_JUDGED:
            return None
        found = CTE(rows.order_by().values("id", "income"), name="found", materialized=True)
        return with_cte(found, select=found.queryset())

    def _rare_first(self, rows, order: str):
        """The rows that fail an indicator found first where few do, in a county its own only.

        Walking through households in some order, few would fit. Over more than a county a page of them may still stand
        among the first; then the walk is the better way.
        """
        indicator = self.form.cleaned_data.get("indicator") if self.form.is_valid() else ""
        if not indicator or MET in self._states():
            return rows
        results = Assessment.objects.filter(year=self.year, **{f"{indicator}__in": self._states()}).order_by()
        if codes := self._counties():
            results = results.filter(
                household__in=Household.objects.filter(within("area_id", codes)).values("pk")
            )
        if results[RARE : RARE + 1].exists() or (
            not codes and order != "income" and self._is_common(self.queryset, rows, order)
        ):
            return rows
        return _found_first(rows, results.values("household"), "rare")

    def _counties(self) -> list[str]:
        """Places of at most a county that the rows lie in; [] where they may lie in more."""
        scope = self.user.scope("household.view")
        codes = [self.form.cleaned_data["area"]] if self.form.cleaned_data.get("area") else list(scope.areas)
        narrow = not scope.paired and all(len(code) >= Level.COUNTY for code in codes)
        return codes if narrow else []

    def by_visit(self, rows, name, value):
        """Visited for the year's facts, or not."""
        visits = Survey.objects.filter(household=OuterRef("pk"), year=self.year, visited_on__isnull=False)
        return rows.filter(Exists(visits) if value == "yes" else ~Exists(visits))

    def by_register(self, rows, name, value):
        """On the register, waiting for it, or gone from it."""
        states = {"registered": ["registered"], "pending": ["pending"], "gone": ["merged", "closed"]}
        return rows.filter(state__in=states[value]) if value in states else rows

    def ordered(self, sort: str) -> tuple[QuerySet, list[tuple[str, str]]]:
        """The rows and the order for keyset_page; an unknown or refused sort is the one by place.

        A filter that is refused selects nothing, rather than everything.

        Sorted by income are only households whose income is known: a list of figures has no place for
        "unknown", and the index that serves the order ends where they begin.
        """
        name = sort.removeprefix("-")
        if name == "income" and self.limited:
            name = ""
        listed = self.form.is_valid() and not (
            name == "income" and self.form.cleaned_data.get("verdict") == NOT_JUDGED
        )
        rows = self.qs if listed else self._nobody()
        # Over more than a county, results in the order of their incomes need no fence: they bear the indicator.
        if name != "income" or (listed and self._counties()):
            rows = self._rare_first(rows, {"income": "income", "name": "head_pinyin"}.get(name, "area_id"))
        if name == "name":
            rows = self._from_one_place(rows)
        direction = "desc" if sort.startswith("-") else "asc"
        if name == "income":
            if limited_somewhere(self.user):
                rows = rows.filter(whole_to(self.user))
            return rows.filter(result__net_income_per_head__isnull=False).annotate(
                income=F("result__net_income_per_head")
            ), [("income", direction), ("id", direction)]
        if name == "name":
            return rows, [("head_pinyin", direction), ("id", direction)]
        direction = direction if name == "area" else "asc"
        return rows, [("area_id", direction), ("id", direction)]


def _found_first(rows, keys, name: str):
    """The rows with these keys, the keys found before any order is thought of: a fence to the planner."""
    first = CTE(keys.order_by(), name=name, materialized=True)
    return with_cte(first, select=rows.filter(pk__in=first.queryset().values(*keys.query.values_select)))


def _open_pairings():
    return Pairing.objects.open_on(timezone.localdate()).filter(household=OuterRef("pk"))
