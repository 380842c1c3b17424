"""The conditions that may stand in a policy: a closed list, with parameters as data, each compiled to one expression.

A condition gives true, false or NULL (not known): a missing fact neither entitles nor excludes anybody. Nothing of a
policy is ever evaluated as text. Of a household a condition reads its columns, `survey` (the facts of the year) and
`result` (its verdict of the year); of a member `member`, `facts` (his facts of the year) and his household's besides.
Thresholds that differ by place and year (lines) come from the dated parameters.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    Expression,
    FilteredRelation,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, NullIf

from households.benefits.condition_parts import Condition, Parameter, Terms, chosen, flag, states
from households.benefits.models import SolarShare
from households.models import Membership, Monitoring
from households.options.causes import CAUSES
from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.health_states import DISABLED, HEALTH_STATES
from households.options.labour_skills import LABOUR_SKILLS
from households.options.policy_options import HOUSEHOLD, LINE_PARAMETERS, LINES, MEMBER
from households.options.poor_attributes import POOR_ATTRIBUTES
from households.options.poverty_status import POVERTY_STATUSES
from households.options.public_post_types import PUBLIC_POST_TYPES
from households.options.school_status import SCHOOL_STATUSES
from households.options.work_options import SOLAR_KINDS
from households.rules import years_before
from poverty.fields.options import Option, Options
from poverty.sql.periods import valid_at

SCHOOL_STAGES = Options(
    "school_stages",
    [
        Option("preschool", "学前教育"),
        Option("primary", "小学"),
        Option("junior", "初中"),
        Option("senior", "高中阶段"),
        Option("vocational", "中职、高职、技师学院"),
        Option("higher", "大专及以上"),
    ],
)
_VOCATIONAL = ("vocational_secondary", "vocational_higher", "technician")
LANDS = Options(
    "policy_lands",
    [
        Option("cultivated_land", "耕地"),
        Option("returned_forest_land", "退耕还林地"),
        Option("forest_land", "林地"),
        Option("pasture_land", "牧草地"),
    ],
)


def keys_of_stage(stage: str) -> tuple[str, ...]:
    """在校生状况 of a stage; the vocational schools and 高中 are apart, as 雨露计划 asks."""
    if stage == "vocational":
        return SCHOOL_STATUSES.keys_where(lambda one: one.key.startswith(_VOCATIONAL))
    found = SCHOOL_STATUSES.keys_where(lambda one: one.stage == stage)
    if stage == "preschool":
        return tuple(key for key in found if key == "preschool")
    return tuple(key for key in found if not key.startswith(_VOCATIONAL))


_DATED = ("status",)


def _household_column(column: str, name: str):
    # Status and cause are decisions of the register: empty means there is none.
    def compile_(given, terms: Terms) -> Expression:
        path = terms.dated(column) if column in _DATED else terms.path(column)
        return states(Q(**{f"{path}__in": given[name]}))

    return compile_


def _monitored(given, terms: Terms) -> Expression:
    stands = Q(removed_on__isnull=True) | Q(removed_on__gt=terms.day)
    rows = Monitoring.objects.filter(
        stands, household=OuterRef(terms.path("pk")), identified_on__lte=terms.day
    )
    return states(Q(Exists(rows)))


def _solar(given, terms: Terms) -> Expression:
    rows = SolarShare.objects.open_on(terms.day).filter(
        household=OuterRef(terms.path("pk")), station__kind__in=given["kinds"]
    )
    return states(Q(Exists(rows)))


def _below_line(given, terms: Terms) -> Expression:
    line = terms.lines.get(LINE_PARAMETERS[given["line"][0]])
    if line is None:
        return Value(None, BooleanField(null=True))
    return states(Q(result__net_income_per_head__lt=line), Q(result__net_income_per_head__isnull=True))


def _has_land(given, terms: Terms) -> Expression:
    path = f"survey__{given['land'][0]}"
    return states(Q(**{f"{path}__gt": 0}), Q(**{f"{path}__isnull": True}))


def _school(given, terms: Terms) -> Expression:
    keys = [key for stage in given["stages"] for key in keys_of_stage(stage)]
    born = Q(
        member__birth_date__gt=years_before(terms.day, 31), member__birth_date__lte=years_before(terms.day, 3)
    )
    asked = Q(facts__school_status="") | Q(facts__school_status__isnull=True)
    return states(Q(facts__school_status__in=keys), asked & (born | Q(member__birth_date__isnull=True)))


def _age(given, terms: Terms) -> Expression:
    low, high = given["from"], given["to"]
    born = Q(
        member__birth_date__lte=years_before(terms.day, low),
        member__birth_date__gt=years_before(terms.day, high + 1),
    )
    return states(born, Q(member__birth_date__isnull=True))


def _health(given, terms: Terms) -> Expression:
    # Keys are joined by "," and none of them is part of another.
    held = Q()
    for key in given["states"]:
        held |= Q(facts__health_states__contains=key)
        if key == DISABLED:
            held |= Q(facts__disability_kind__gt="")
    return states(held, Q(facts__health_states="") | Q(facts__health_states__isnull=True))


def _posts(given, terms: Terms) -> Expression:
    post = "facts__public_post_type"
    return states(Q(**{f"{post}__in": given["posts"]}), Q(facts__isnull=True))


def _works(given, terms: Terms) -> Expression:
    return states(Q(facts__work_months__gte=given["months"]), Q(facts__work_months__isnull=True))


def _insured(given, terms: Terms) -> Expression:
    return flag("facts__resident_insurance")


_ALL = (
    Condition(
        "status",
        "脱贫属性",
        HOUSEHOLD,
        _household_column("status", "statuses"),
        "脱贫属性为{statuses}",
        (Parameter("statuses", "脱贫属性", POVERTY_STATUSES),),
    ),
    Condition(
        "attribute",
        "贫困户属性",
        HOUSEHOLD,
        lambda given, terms: chosen(terms.path("poor_attribute"), given["attributes"]),
        "贫困户属性为{attributes}",
        (Parameter("attributes", "贫困户属性", POOR_ATTRIBUTES),),
        fact="贫困户属性",
    ),
    Condition(
        "cause",
        "主要致贫原因",
        HOUSEHOLD,
        lambda given, terms: chosen(terms.path("main_cause"), given["causes"]),
        "主要致贫原因为{causes}",
        (Parameter("causes", "主要致贫原因", CAUSES),),
        fact="主要致贫原因",
    ),
    Condition("monitored", "监测对象", HOUSEHOLD, _monitored, "是监测对象，风险未消除"),
    Condition(
        "house_grade",
        "房屋鉴定等级",
        HOUSEHOLD,
        lambda given, terms: chosen("survey__dangerous_grade", given["grades"]),
        "房屋鉴定为{grades}",
        (Parameter("grades", "房屋鉴定等级", DANGEROUS_GRADES),),
        fact="房屋鉴定等级",
    ),
    Condition(
        "house_rebuilt",
        "本年度危房改造",
        HOUSEHOLD,
        lambda given, terms: states(
            Q(survey__rebuilt_year=terms.year) | Q(survey__is_dangerous_house=True),
            Q(survey__is_dangerous_house__isnull=True, survey__rebuilt_year__isnull=True),
        ),
        "是危房户，或本年度改造",
        fact="是否危房户",
    ),
    Condition(
        "relocated",
        "易地搬迁户",
        HOUSEHOLD,
        lambda given, terms: flag("survey__is_relocated"),
        "是易地搬迁户",
        fact="是否搬迁户",
    ),
    Condition(
        "industry",
        "有产业",
        HOUSEHOLD,
        lambda given, terms: flag("survey__has_industry"),
        "有产业",
        fact="是否有产业",
    ),
    Condition(
        "cooperative",
        "加入合作社",
        HOUSEHOLD,
        lambda given, terms: flag("survey__in_cooperative"),
        "加入农民专业合作社",
        fact="是否加入农民专业合作社",
    ),
    Condition(
        "land",
        "有土地",
        HOUSEHOLD,
        _has_land,
        "有{land}",
        (Parameter("land", "土地", LANDS),),
        fact="土地面积",
    ),
    Condition(
        "family_planning",
        "独生子女户、双女户",
        HOUSEHOLD,
        lambda given, terms: flag(terms.path("is_family_planning_household")),
        "是独生子女户或双女户",
        fact="是否独生子女户/双女户",
    ),
    Condition(
        "military_family",
        "军烈属",
        HOUSEHOLD,
        lambda given, terms: flag(terms.path("is_military_family")),
        "是军烈属",
        fact="是否军烈属",
    ),
    Condition(
        "solar",
        "光伏受益户",
        HOUSEHOLD,
        _solar,
        "{kinds}的受益户",
        (Parameter("kinds", "电站类型", SOLAR_KINDS),),
    ),
    Condition(
        "below_line",
        "收入低于标准线",
        HOUSEHOLD,
        _below_line,
        "人均纯收入低于{line}",
        (Parameter("line", "标准线", LINES),),
        fact="收入",
    ),
    Condition(
        "school",
        "在校阶段",
        MEMBER,
        _school,
        "在校阶段为{stages}",
        (Parameter("stages", "在校阶段", SCHOOL_STAGES),),
        fact="在校生状况",
    ),
    Condition(
        "age",
        "年龄",
        MEMBER,
        _age,
        "年满{from}周岁至{to}周岁",
        (Parameter("from", "从（周岁）", maximum=120), Parameter("to", "到（周岁）", maximum=150)),
        fact="出生日期",
    ),
    Condition(
        "health",
        "健康状况",
        MEMBER,
        _health,
        "健康状况有{states}",
        (Parameter("states", "健康状况", HEALTH_STATES),),
        fact="健康状况",
    ),
    Condition(
        "labour",
        "劳动技能",
        MEMBER,
        lambda given, terms: chosen("facts__labour_skill", given["skills"]),
        "劳动技能为{skills}",
        (Parameter("skills", "劳动技能", LABOUR_SKILLS),),
        fact="劳动技能",
    ),
    Condition(
        "dibao",
        "享受低保",
        MEMBER,
        lambda given, terms: flag("facts__receives_dibao"),
        "享受低保",
        fact="是否享受低保",
    ),
    Condition(
        "tekun",
        "特困供养",
        MEMBER,
        lambda given, terms: flag("facts__receives_tekun"),
        "是特困供养人员",
        fact="是否特困供养人员",
    ),
    Condition(
        "insured",
        "参加居民医保",
        MEMBER,
        _insured,
        "参加城乡居民基本医疗保险",
        fact="是否参加城乡居民基本医疗保险",
    ),
    Condition(
        "pension",
        "参加居民养老保险",
        MEMBER,
        lambda given, terms: flag("facts__resident_pension"),
        "参加城乡居民基本养老保险",
        fact="是否参加城乡居民基本养老保险",
    ),
    Condition(
        "works",
        "务工",
        MEMBER,
        _works,
        "务工满{months}个月",
        (Parameter("months", "务工时间（月）", minimum=1, maximum=12),),
        fact="务工时间",
    ),
    Condition(
        "public_post",
        "公益性岗位",
        MEMBER,
        _posts,
        "在公益性岗位：{posts}",
        (Parameter("posts", "公益性岗位类型", PUBLIC_POST_TYPES),),
        fact="公益性岗位类型",
    ),
)
CONDITIONS = {one.key: one for one in _ALL}
MOST = 8  # conditions of a policy


def read(given: Any, level: str) -> list[dict[str, Any]]:
    """The conditions of a policy as they are kept, from what was typed or sent; ValidationError in words.

    [{"key": "school", "stages": ["vocational"]}, ...]; all must hold. "not": true turns one round. On a policy per
    household a member's condition means that some member fulfils it.
    """
    if not isinstance(given, list) or len(given) > MOST:
        raise ValidationError(f"享受条件最多 {MOST} 项。")
    kept = []
    for one in given:
        spec = CONDITIONS.get(one.get("key")) if isinstance(one, Mapping) else None
        if spec is None:
            raise ValidationError("没有这种享受条件，请从列表中选择。")
        row = {"key": spec.key} | {p.name: p.read(one.get(p.name)) for p in spec.parameters}
        if spec.key == "age" and row["from"] > row["to"]:
            raise ValidationError("年龄：“从”不能大于“到”。")
        if one.get("not"):
            row["not"] = True
        if level not in (HOUSEHOLD, MEMBER):
            raise ValidationError("请先选享受单位。")
        kept.append(row)
    return kept


def words_of(given: Mapping[str, Any], level: str) -> str:
    """One condition of a policy in words."""
    spec = CONDITIONS[given["key"]]
    said = spec.words(given)
    if level == HOUSEHOLD and spec.of == MEMBER:
        return f"没有成员{said}" if given.get("not") else f"有成员{said}"
    return f"不属于：{said}" if given.get("not") else said


def compiled(given: Mapping[str, Any], terms: Terms) -> Expression:
    """One condition of a policy as an expression over the rows of `terms`: true, false, NULL."""
    spec = CONDITIONS[given["key"]]
    found = spec.compile(given, terms)
    if terms.of == HOUSEHOLD and spec.of == MEMBER:
        found = _some_member(spec, given, terms)
    if not given.get("not"):
        return found
    # NOT of what is not known is not known: it falls through.
    return Case(
        When(found, then=Value(False)),
        When(~Q(found), then=Value(True)),
        default=Value(None),
        output_field=BooleanField(null=True),
    )


def _some_member(spec: Condition, given: Mapping[str, Any], terms: Terms) -> Expression:
    """Some member of the household fulfils it; nobody, but of somebody it is not known: NULL. One look at its members."""
    of_members = Terms(terms.year, terms.day, terms.lines, MEMBER)
    best = (
        Membership.objects.filter(valid_at(terms.day), household=OuterRef(terms.path("pk")))
        .annotate(facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=terms.year)))
        .order_by()
        .values("household")
        .annotate(best=Max(Coalesce(Cast(spec.compile(given, of_members), IntegerField()) * 2, Value(1))))
        .values("best")
    )
    # 2: yes, 1: not known, 0 or nobody: no; as a number it becomes true, NULL or false without being asked again.
    found = Coalesce(Subquery(best, output_field=IntegerField()), Value(0))
    return Cast(NullIf(found, Value(1)), BooleanField(null=True))


def lines_needed(rows) -> set[str]:
    """Parameter codes of the lines that these policies ask about."""
    found = set()
    for policy in rows:
        found |= {LINE_PARAMETERS[one["line"][0]] for one in policy.entitled if one["key"] == "below_line"}
        if policy.line:
            found.add(LINE_PARAMETERS[policy.line])
    return found
