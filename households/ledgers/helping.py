"""帮扶责任人 (forms.md 7.4): one row per pairing of a helper with a household."""

from households.ledgers.filters import HelperFilter
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Pairing
from households.options.helper_orders import FIRST, HELPER_ORDERS, NUMBERS, SECOND
from poverty.accounts.options.affiliations import AFFILIATIONS
from poverty.accounts.options.education import EDUCATION_DEGREES
from poverty.accounts.options.political_status import POLITICAL_STATUSES
from poverty.accounts.options.ranks import RANKS
from poverty.accounts.options.skills import SKILLS
from poverty.fields.sexes import SEXES
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within


def _rows(user, area_code, year, values):
    # Asked of the pairing's own household: with the households as a subquery the planner walks through the whole
    # register in the order of the rows, to look each of them up in it.
    return Pairing.objects.visible_to(user, RIGHT).filter(
        within("household__area_id", [area_code]), household__state="registered"
    )


def _order(number):
    return SECOND if number == NUMBERS[SECOND] else FIRST


HELPING = Ledger(
    name="helping",
    title="帮扶责任人",
    columns=(
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("name", "姓名", source="helper__name"),
        Column("sex", "性别", Kind.OPTION, source="helper__sex", options=SEXES, width=8),
        Column(
            "political_status",
            "政治面貌",
            Kind.OPTION,
            source="helper__political_status",
            options=POLITICAL_STATUSES,
        ),
        Column("education", "学历", Kind.OPTION, source="helper__education", options=EDUCATION_DEGREES),
        Column("phone", "联系电话", Kind.PHONE, source="helper__phone"),
        Column("identity", "证件号码", Kind.IDENTITY, source="helper__identity", width=22),
        Column("unit", "单位名称", source="helper__unit__name", width=20),
        Column("unit_address", "单位地址", source="helper__unit__address", width=24),
        Column("position", "派出单位职务", source="helper__position", width=14),
        Column("is_resident_team", "是否驻村队员", Kind.YES_NO, source="helper__is_resident_team"),
        Column("since", "开始时间", Kind.DATE, source="valid_from"),
        Column("until", "终止时间", Kind.DATE, source="valid_to"),
        Column("skills", "技术特长", Kind.OPTIONS, source="helper__skills", options=SKILLS),
        Column("rank", "职务级别", Kind.OPTION, source="helper__rank", options=RANKS),
        Column(
            "affiliation",
            "单位隶属关系",
            Kind.OPTION,
            source="helper__unit__affiliation",
            options=AFFILIATIONS,
        ),
        Column("order", "第几帮扶人", Kind.OPTION, source=Derived(("order",), _order), options=HELPER_ORDERS),
    ),
    right=RIGHT,
    rows=_rows,
    order=("household__area_id", "household_id", "order", "valid_from", "id"),
    per="条",
    filters=HelperFilter,
    note="一次结对一行；帮扶两户以上的人每户一行；只列截至时在册的户；空白为没有填写",
    year_needed=False,
)
