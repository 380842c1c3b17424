"""驻村帮扶力量: one row per post of a village and who holds it (forms.md 3.1, 3.2)."""

import django_filters as filters
from django.db.models import F
from django.utils import timezone

from households.ledgers.places import place_columns
from poverty.accounts.options.affiliations import AFFILIATIONS
from poverty.accounts.options.education import EDUCATION_DEGREES
from poverty.accounts.options.political_status import POLITICAL_STATUSES
from poverty.accounts.options.ranks import RANKS
from poverty.accounts.options.skills import SKILLS
from poverty.fields.sexes import SEXES
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within
from villages.models import VillagePost
from villages.options.posts import LIVING_THERE, POSTS
from villages.options.statuses import VILLAGE_STATUSES

RIGHT = "household.export"
ALL = "all"


class PostLedgerFilter(filters.FilterSet):
    """Posts held today, those that have ended, or all; one kind of post."""

    now = filters.ChoiceFilter(
        label="任职状态", choices=[("ended", "已终止"), (ALL, "全部")], method="by_state", empty_label="在任"
    )
    post = filters.ChoiceFilter(label="岗位", choices=POSTS.choices, empty_label="全部")

    class Meta:
        model = VillagePost
        fields = ()

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("now"):
            queryset = queryset.open_on()
        return super().filter_queryset(queryset)

    def by_state(self, rows, name, value):
        """Ended by today, or all."""
        return rows if value == ALL else rows.filter(valid_to__lte=timezone.localdate())


def _rows(user, area_code, year, values):
    rows = VillagePost.objects.visible_to(user, RIGHT).filter(within("village__area_id", [area_code]))
    # What was entered by mistake and withdrawn was never held.
    return rows.exclude(valid_to=F("valid_from"))


def _holder(name, unit):
    return name or unit


def _lives_there(post):
    return post in LIVING_THERE


POSTS_LEDGER = Ledger(
    name="village_posts",
    title="驻村帮扶力量",
    columns=(
        *place_columns("village__area"),
        Column("status", "出列状态", Kind.OPTION, source="village__status", options=VILLAGE_STATUSES),
        Column("post", "岗位", Kind.OPTION, options=POSTS, width=18),
        Column("holder", "姓名（单位）", source=Derived(("person__name", "unit__name"), _holder), width=18),
        Column("sex", "性别", Kind.OPTION, source="person__sex", options=SEXES, width=8),
        Column(
            "political_status",
            "政治面貌",
            Kind.OPTION,
            source="person__political_status",
            options=POLITICAL_STATUSES,
        ),
        Column("education", "学历", Kind.OPTION, source="person__education", options=EDUCATION_DEGREES),
        Column("phone", "联系电话", Kind.PHONE, source="person__phone"),
        Column("identity", "证件号码", Kind.IDENTITY, source="person__identity", width=22),
        Column("unit", "单位名称", source="unit__name", width=20),
        Column("unit_address", "单位地址", source="unit__address", width=24),
        Column("affiliation", "单位隶属关系", Kind.OPTION, source="unit__affiliation", options=AFFILIATIONS),
        Column("title", "派出单位职务", width=14),
        Column("rank", "职务级别", Kind.OPTION, source="person__rank", options=RANKS),
        Column("skills", "技术特长", Kind.OPTIONS, source="person__skills", options=SKILLS),
        Column("lives_there", "是否驻村队员", Kind.YES_NO, source=Derived(("post",), _lives_there)),
        Column("since", "开始时间", Kind.DATE, source="valid_from"),
        Column("until", "终止时间", Kind.DATE, source="valid_to"),
        Column("term_until", "任期至", Kind.DATE),
        Column("document", "选派文件", width=24),
        Column("end_reason", "终止原因", width=16),
    ),
    right=RIGHT,
    rows=_rows,
    order=("village__area_id", "post", "valid_from", "id"),
    per="条",
    filters=PostLedgerFilter,
    note="一个岗位一人（单位）一行；空缺的岗位见村级帮扶力量页面；空白为没有填写",
    year_needed=False,
)
