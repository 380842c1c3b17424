"""帮扶责任人 (forms.md 7.4): one row per pairing, with 户编号, 户主姓名 and 派出单位职务."""

from dataclasses import replace

from households.incoming.persons import HEAD_NAME, HOUSEHOLD_NO, IDENTITY, NAME, PLACES
from households.options.helper_orders import HELPER_ORDERS
from poverty.accounts.options.affiliations import AFFILIATIONS
from poverty.accounts.options.education import EDUCATION_DEGREES
from poverty.accounts.options.political_status import POLITICAL_STATUSES
from poverty.accounts.options.ranks import RANKS
from poverty.accounts.options.skills import SKILLS
from poverty.fields.sexes import SEXES
from poverty.ledgers.columns import Column, Kind

COLUMNS = (
    *(replace(one, needed=False, target="") for one in PLACES),
    replace(HOUSEHOLD_NO, needed=False, target=""),
    HEAD_NAME,
    replace(NAME, target="", aliases=("帮扶责任人", "帮扶人", "帮扶人姓名")),
    Column("sex", "性别", Kind.OPTION, options=SEXES),
    Column("political_status", "政治面貌", Kind.OPTION, options=POLITICAL_STATUSES),
    Column("education", "学历", Kind.OPTION, options=EDUCATION_DEGREES),
    Column("phone", "联系电话", Kind.PHONE),
    replace(IDENTITY, target=""),
    Column("unit", "单位名称", needed=True, aliases=("帮扶单位", "派出单位")),
    Column("unit_address", "单位地址"),
    Column("position", "派出单位职务", aliases=("职务",)),
    Column("is_resident_team", "是否驻村队员", Kind.YES_NO),
    Column("since", "开始时间", Kind.DATE, aliases=("帮扶开始时间",)),
    Column("until", "终止时间", Kind.DATE, aliases=("结束时间", "帮扶结束时间")),
    Column("skills", "技术特长", Kind.OPTIONS, options=SKILLS),
    Column("rank", "职务级别", Kind.OPTION, options=RANKS),
    Column("affiliation", "单位隶属关系", Kind.OPTION, options=AFFILIATIONS),
    Column("order", "第几帮扶人", Kind.OPTION, options=HELPER_ORDERS),
)
# What a row may tell of a person; filled in where nothing stands, never written over.
PROFILE = ("sex", "political_status", "education", "position", "is_resident_team", "skills", "rank")
LABELS = {column.key: column.heading for column in COLUMNS}
