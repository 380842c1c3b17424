"""贫困人口信息: the 47 columns of the national person export (forms.md 7.1), one row per person."""

from households.options.disability_kinds import DISABILITY_KINDS
from households.options.document_types import DOCUMENT_TYPES
from households.options.dropout_reasons import DROPOUT_REASONS
from households.options.education_levels import EDUCATION_LEVELS
from households.options.employment_channels import EMPLOYMENT_CHANNELS
from households.options.ethnic_groups import ETHNIC_GROUPS
from households.options.health_states import HEALTH_STATES
from households.options.identification_standards import IDENTIFICATION_STANDARDS
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.labour_skills import LABOUR_SKILLS
from households.options.political_status import POLITICAL_STATUSES
from households.options.poverty_status import POVERTY_STATUSES
from households.options.public_post_types import PUBLIC_POST_TYPES
from households.options.relations import RELATIONS
from households.options.school_status import SCHOOL_STATUSES
from households.options.sexes import SEXES
from poverty.ledgers.columns import Column, Kind

# Where a household is, and whom the row is about: every kind of import of the register has these.
PLACES = (
    Column("province", "省", aliases=("省份", "省(区、市)")),
    Column("city", "市", aliases=("市(州)", "地市", "市（盟、州）")),
    Column("county", "县", aliases=("县(市、区、旗)", "县（市、区）", "区县")),
    Column("township", "乡", aliases=("乡(镇)", "乡镇", "镇"), needed=True),
    Column("village", "村", aliases=("行政村", "村名"), needed=True),
)
HOUSEHOLD_NO = Column(
    "household_no", "户编号", Kind.CODE, target="household.household_no", width=20, needed=True
)
MEMBER_NO = Column(
    "member_no",
    "人口编号",
    Kind.CODE,
    target="member.member_no",
    aliases=("人编号", "家庭成员编号"),
    width=20,
    needed=True,
)
NAME = Column("name", "姓名", target="member.name", needed=True)
IDENTITY = Column(
    "identity",
    "证件号码",
    Kind.IDENTITY,
    target="member.identity",
    aliases=("身份证号码", "身份证号"),
    width=22,
)
RELATION = Column(
    "relation", "与户主关系", Kind.OPTION, target="membership.relation", options=RELATIONS, needed=True
)
PHONE = Column("phone", "户联系电话", Kind.PHONE, target="household.phone", aliases=("联系电话",), width=14)
HEAD_NAME = Column("head_name", "户主姓名")
HEAD_IDENTITY = Column("head_identity", "户主证件号码", Kind.IDENTITY, aliases=("户主身份证号码",), width=22)
# Not in the export, read where the file has them: taken over with source and date, never decided here.
KIND = Column("kind", "户类型", Kind.OPTION, options=HOUSEHOLD_KINDS)
STATUS = Column("status", "脱贫属性", Kind.OPTION, options=POVERTY_STATUSES)


def _yes_no(key: str, heading: str, *aliases: str) -> Column:
    return Column(key, heading, Kind.YES_NO, target=f"member_survey.{key}", aliases=aliases)


def _option(key: str, heading: str, options, *aliases: str) -> Column:
    return Column(key, heading, Kind.OPTION, target=f"member_survey.{key}", options=options, aliases=aliases)


COLUMNS = (
    *PLACES,
    HOUSEHOLD_NO,
    MEMBER_NO,
    NAME,
    Column("sex", "性别", Kind.OPTION, target="member.sex", options=SEXES),
    Column("birth_date", "出生日期", Kind.DATE, target="member.birth_date"),
    Column("document_type", "证件类型", Kind.OPTION, target="member.document_type", options=DOCUMENT_TYPES),
    IDENTITY,
    Column("ethnic_group", "民族", Kind.OPTION, target="member.ethnic_group", options=ETHNIC_GROUPS),
    PHONE,
    Column(
        "member_phone", "成员联系电话", Kind.PHONE, target="member.phone", aliases=("人联系电话",), width=14
    ),
    Column("year", "年度", Kind.YEAR),
    RELATION,
    _option("education_level", "文化程度", EDUCATION_LEVELS),
    _option("school_status", "在校生状况", SCHOOL_STATUSES),
    _option("labour_skill", "劳动技能", LABOUR_SKILLS, "劳动能力"),
    Column(
        "work_months",
        "务工时间（月）",
        Kind.INTEGER,
        target="member_survey.work_months",
        aliases=("务工时间",),
    ),
    Column(
        "health_states", "健康状况", Kind.OPTIONS, target="member_survey.health_states", options=HEALTH_STATES
    ),
    _option("political_status", "政治面貌", POLITICAL_STATUSES),
    Column("work_enterprise", "务工企业名称", target="member_survey.work_enterprise"),
    _yes_no("receives_dibao", "是否享受低保", "是否享受最低生活保障"),
    _yes_no("employee_pension", "是否参加城镇职工基本养老保险"),
    _yes_no("serious_illness_insurance", "是否参加大病保险"),
    _yes_no(
        "resident_insurance",
        "是否参加新型农村合作医疗（城乡居民基本医疗保险）",
        "是否参加城乡居民基本医疗保险",
        "是否参加新型农村合作医疗",
    ),
    _yes_no("resident_pension", "是否参加城乡居民基本养老保险"),
    _option("dropout_reason", "失学或辍学原因", DROPOUT_REASONS),
    _yes_no("speaks_mandarin", "是否会讲普通话"),
    _yes_no("commercial_insurance", "是否参加商业补充医疗保险"),
    _yes_no("works_abroad", "是否国外务工"),
    Column("work_industry", "产业分类", target="member_survey.work_industry"),
    _yes_no("received_illness_aid", "是否接受大病医疗救助"),
    _yes_no("received_other_health_aid", "是否接受其他健康扶贫"),
    _option("public_post_type", "公益性岗位类型", PUBLIC_POST_TYPES),
    Column(
        "public_post_months",
        "公益性岗位（月数）",
        Kind.INTEGER,
        target="member_survey.public_post_months",
        aliases=("公益性岗位(月数)", "公益性岗位月数"),
    ),
    _option("employment_channel", "就业渠道", EMPLOYMENT_CHANNELS),
    _option("disability_kind", "残疾类别", DISABILITY_KINDS),
    Column("work_area", "务工所在地", target="member_survey.work_area"),
    HEAD_NAME,
    HEAD_IDENTITY,
    _yes_no("employee_insurance", "是否参加城镇职工基本医疗保险"),
    _yes_no("receives_tekun", "是否特困供养人员", "是否享受特困供养"),
    Column(
        "disability_card_year", "残疾证办证年度", Kind.INTEGER, target="member_survey.disability_card_year"
    ),
    Column(
        "identification_standard",
        "识别标准",
        Kind.OPTION,
        target="household.identification_standard",
        options=IDENTIFICATION_STANDARDS,
    ),
    KIND,
    STATUS,
)
