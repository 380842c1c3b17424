"""Which villages to list, for page and API. The scope comes from the queryset, not from here."""

import django_filters as filters
from django import forms
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from households.filters import AreaCodeFilter
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from villages.indicators import INDICATORS, SCORE, label_of
from villages.models import ExitCase, Village, VillageYear
from villages.options.statuses import VILLAGE_STATUSES

NOT_JUDGED, NOT_LISTED, NOT_BEGUN, NO_EXIT = "none", "ordinary", "not_begun", "none"
STATUSES = [*VILLAGE_STATUSES.choices, (NOT_LISTED, "不在名单")]
VERDICTS = [
    (str(UNMET), "未达标"),
    (str(UNKNOWN), "待核实"),
    (str(MET), "达标"),
    (NOT_JUDGED, "未判定"),
]
EXITS = [*ExitCase.State.choices, ("open", "在办（全部环节）"), (NO_EXIT, "没有出列事项")]


class VillageFilter(filters.FilterSet):
    """By place, standing on the list, verdict of a year, what is lacking, and step of the exit.

    Takes the request for the year; each row bears `result` (the verdict of the year) and `exit` (its exit of the year).
    """

    q = filters.CharFilter(
        label="查找",
        method="by_name",
        max_length=20,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": "村名、拼音或代码"}
        ),
    )
    area = AreaCodeFilter(label="区划", empty_label=None)
    status = filters.ChoiceFilter(label="出列状态", choices=STATUSES, method="by_status", empty_label="全部")
    verdict = filters.ChoiceFilter(
        label="判定结论", choices=VERDICTS, method="by_verdict", empty_label="全部"
    )
    lacking = filters.ChoiceFilter(label="差哪一项", choices=(), method="by_lacking", empty_label="不限")
    exit = filters.ChoiceFilter(label="出列环节", choices=EXITS, method="by_exit", empty_label="不限")
    begun = filters.ChoiceFilter(
        label="年度信息", choices=[(NOT_BEGUN, "未开始")], method="by_begun", empty_label="不限"
    )

    class Meta:
        model = Village
        fields = ()

    def __init__(self, data=None, queryset=None, *, request, prefix=None, areas=()):
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.year = chosen(request).year
        self.form.fields["area"].choices = list(areas)
        self.form.fields["lacking"].choices = [
            ("", "不限"),
            *((code, label_of(code)) for code in (*INDICATORS, SCORE.code)),
        ]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """The rows that fit."""
        queryset = queryset.annotate(
            result=FilteredRelation("assessments", condition=Q(assessments__year=self.year)),
        )
        return super().filter_queryset(queryset)

    def by_name(self, rows, name, value):
        """A part of the name, of its pinyin, or the beginning of the code."""
        text = value.strip()
        if text.isascii() and text.isdigit():
            return rows.filter(within("area_id", [text[:12]]))
        if text.isascii():
            return rows.filter(area__pinyin__icontains=text.lower())
        return rows.filter(area__name__contains=text)

    def by_status(self, rows, name, value):
        """On the list, exited, or never listed."""
        return rows.filter(status="" if value == NOT_LISTED else value)

    def by_verdict(self, rows, name, value):
        """The verdict of the year."""
        return rows.filter(Q(result__isnull=True) if value == NOT_JUDGED else Q(result__verdict=int(value)))

    def by_lacking(self, rows, name, value):
        """Not reached, or not known, in one indicator of the year."""
        return rows.filter(**{f"result__{value}__in": [UNMET, UNKNOWN]})

    def by_exit(self, rows, name, value):
        """The step of the exit of the year."""
        exits = ExitCase.objects.filter(village=OuterRef("pk"), year=self.year)
        if value == NO_EXIT:
            return rows.filter(~Exists(exits.exclude(state=ExitCase.State.DROPPED)))
        return rows.filter(Exists(exits.open() if value == "open" else exits.filter(state=value)))

    def by_begun(self, rows, name, value):
        """Whose year nobody has begun."""
        return rows.filter(~Exists(VillageYear.objects.filter(village=OuterRef("pk"), year=self.year)))
