"""Whom a recurring table asks about, chosen freely: filters over households or persons, kept with their words."""

from collections.abc import Mapping
from datetime import date, timedelta

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from households.indicators import INDICATORS
from households.ledgers.filters import HouseholdLedgerFilter
from households.models import Household, Membership, Pairing
from households.options.education_levels import EDUCATION_LEVELS
from households.options.health_states import HEALTH_STATES
from households.options.labour_skills import LABOUR_SKILLS
from households.options.school_status import SCHOOL_STATUSES
from households.options.sexes import SEXES
from poverty.fields.states import UNKNOWN, UNMET

_YES_NO = [("yes", "是"), ("no", "否"), ("unknown", "没有填")]
_YES = [("yes", "是")]


def _fact(label: str, name: str, **more) -> filters.ChoiceFilter:
    """A fact of the person's year that is answered yes, no, or not at all."""
    return filters.ChoiceFilter(
        label=label,
        choices=_YES_NO,
        field_name=f"facts__{name}",
        method="by_fact",
        empty_label="不限",
        **more,
    )


class ChosenHouseholdFilter(HouseholdLedgerFilter):
    """Households by kind, status, verdict, cause, what is lacking, visit and helper."""

    indicator = filters.ChoiceFilter(
        label="未达标或待核实的指标",
        choices=[(code, one.label) for code, one in INDICATORS.items()],
        method="lacking",
        empty_label="不限",
    )
    visited = filters.ChoiceFilter(
        label="本年走访",
        choices=[("no", "未走访"), ("yes", "已走访")],
        method="by_visit",
        empty_label="不限",
    )
    no_helper = filters.ChoiceFilter(
        label="没有帮扶责任人", choices=_YES, method="without_helper", empty_label="不限"
    )

    class Meta:
        model = Household
        fields = ()

    def lacking(self, rows, name, value):
        """One indicator of the year's result unmet or unknown."""
        return rows.filter(**{f"result__{value}__in": (UNMET, UNKNOWN)})

    def by_visit(self, rows, name, value):
        """Visited for the year's facts, or not."""
        return rows.filter(survey__visited_on__isnull=value == "no")

    def without_helper(self, rows, name, value):
        """Nobody is paired with it today."""
        open_now = Pairing.objects.open_on(timezone.localdate())
        return rows.filter(~Exists(open_now.filter(household=OuterRef("pk"))))


class ChosenPersonFilter(HouseholdLedgerFilter):
    """Persons by their household's kind, status, verdict and cause, and by what is known of them for the year."""

    household = "household__"

    sex = filters.ChoiceFilter(
        label="性别", choices=SEXES.choices, field_name="member__sex", empty_label="不限"
    )
    age_from = filters.NumberFilter(label="年龄从（周岁）", min_value=0, max_value=120, method="at_least")
    age_to = filters.NumberFilter(label="年龄到（周岁）", min_value=0, max_value=120, method="at_most")
    school_status = filters.ChoiceFilter(
        label="在校生状况",
        choices=SCHOOL_STATUSES.choices,
        field_name="facts__school_status",
        empty_label="不限",
    )
    education_level = filters.ChoiceFilter(
        label="文化程度",
        choices=EDUCATION_LEVELS.choices,
        field_name="facts__education_level",
        empty_label="不限",
    )
    labour_skill = filters.ChoiceFilter(
        label="劳动技能", choices=LABOUR_SKILLS.choices, field_name="facts__labour_skill", empty_label="不限"
    )
    health = filters.ChoiceFilter(
        label="健康状况", choices=HEALTH_STATES.choices, method="by_health", empty_label="不限"
    )
    works = filters.ChoiceFilter(
        label="本年度务工",
        choices=[("yes", "有务工时间"), ("no", "没有务工或没有填")],
        method="by_work",
        empty_label="不限",
    )
    resident_insurance = _fact("参加城乡居民基本医疗保险", "resident_insurance")
    resident_pension = _fact("参加城乡居民基本养老保险", "resident_pension")
    receives_dibao = _fact("享受低保", "receives_dibao")
    receives_tekun = _fact("特困供养", "receives_tekun")

    class Meta:
        model = Membership
        fields = ()

    def at_least(self, rows, name, value):
        """As old as that today, or older."""
        return rows.filter(member__birth_date__lte=_born(int(value)))

    def at_most(self, rows, name, value):
        """Not older than that today."""
        return rows.filter(member__birth_date__gt=_born(int(value) + 1))

    def by_health(self, rows, name, value):
        """One of the states of health is this."""
        return rows.filter(facts__health_states__regex=rf"(^|,){value}(,|$)")

    def by_work(self, rows, name, value):
        """Months of work in the year, or none known."""
        works = Q(facts__work_months__gt=0)
        return rows.filter(works) if value == "yes" else rows.exclude(works)

    def by_fact(self, rows, name, value):
        """Answered so, or not answered."""
        if value == "unknown":
            return rows.filter(**{f"{name}__isnull": True})
        return rows.filter(**{name: value == "yes"})


def _born(years: int) -> date:
    """The last day of birth of whoever is so many years old today."""
    today = timezone.localdate()
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28) if years else today - timedelta(days=1)


def checked(filterset: type, chosen: Mapping[str, str]) -> dict[str, str]:
    """The filters that say something, as they are kept. ValidationError where one cannot be read, or none is left."""
    kept = {name: text for name, text in chosen.items() if text != ""}
    if not kept.keys() <= filterset.base_filters.keys():  # else a filter that is gone would let everybody in
        raise ValidationError({"filters": "有的条件已经不再使用，请重新设置。"})
    form = filterset(kept, None).form
    if not form.is_valid():
        raise ValidationError(
            {"filters": [f"{form[name].label}：{' '.join(said)}" for name, said in form.errors.items()]}
        )
    if not kept:
        raise ValidationError({"filters": "请至少选一个条件；要问全部的户，请选“建档立卡户（每户一行）”。"})
    low, high = form.cleaned_data.get("age_from"), form.cleaned_data.get("age_to")
    if low is not None and high is not None and low > high:
        raise ValidationError({"filters": "年龄从大到小了，请核对。"})
    return kept


def words(filterset: type, kept: Mapping[str, str]) -> str:
    """The filters in words: 性别：女；年龄从（周岁）：60."""
    form = filterset(kept, None).form
    said = []
    for name, text in kept.items():
        if name in form.fields:
            choices = {str(key): label for key, label in getattr(form.fields[name], "choices", ())}
            said.append(f"{form[name].label}：{choices.get(text, text)}")
    return "；".join(said)
