"""Identity numbers (forms.md 8, IDs). What is wrong with a number was worked out when it was sealed."""

from datetime import timedelta

from django.db.models import Q

from households.checks.check import Severity, of_person
from households.checks.terms import Terms
from households.options.relations import RELATIONS
from households.options.sexes import FEMALE, MALE, UNKNOWN_SEX

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_MEN = RELATIONS.keys_where(lambda relation: relation.sex == MALE)
_WOMEN = RELATIONS.keys_where(lambda relation: relation.sex == FEMALE)


def _fault(name: str, message: str, severity: Severity = ERROR):
    condition = Q(member__identity_faults__contains=[name])
    return of_person(f"id.{name}", message, severity, condition, "member__identity_hash")


def _without_number(terms: Terms) -> Q:
    days = terms["register.without_number_days"]
    return Q(
        member__identity_hash__isnull=True,
        member__birth_date__lte=terms.period_to - timedelta(days=days + 1),
    )


CHECKS = (
    of_person(
        "id.missing",
        "没有证件号码，已超过新生儿可以暂缺的期限。",
        ERROR,
        _without_number,
        "member__birth_date",
        parameters=("register.without_number_days",),
    ),
    _fault("length", "证件号码位数与证件类型不符。"),
    _fault("characters", "证件号码里有不该有的字符。"),
    _fault("region", "证件号码前两位不是省份代码。"),
    _fault("birth_date", "证件号码里的出生日期不存在（年、月、日有误）。"),
    _fault("birth_too_early", "证件号码里的出生年份早于1900年。"),
    _fault("future", "证件号码里的出生日期在将来。"),
    _fault("checksum", "证件号码校验位不对。"),
    _fault("card_suffix", "残疾人证号码末尾的类别、等级不对。"),
    _fault("nines", "证件号码里有连续五个9，疑为临时编号。", WARNING),
    of_person(
        "id.birth_missing",
        "没有出生日期，年龄无法核对。",
        ERROR,
        Q(member__birth_date__isnull=True),
        "member__identity_hash",
    ),
    of_person(
        "id.sex_missing",
        "没有填性别。",
        WARNING,
        Q(member__sex__in=["", UNKNOWN_SEX]),
        "member__sex",
    ),
    of_person(
        "id.sex_against_relation",
        "性别与“与户主关系”矛盾（如之子为女、之女为男）。",
        ERROR,
        Q(relation__in=_MEN, member__sex=FEMALE) | Q(relation__in=_WOMEN, member__sex=MALE),
        "relation member__sex",
    ),
    of_person(
        "id.double_in_village",
        "同村有姓名、性别、出生日期都相同的另一人，疑为重复登记。",
        WARNING,
        Q(doubles_in_village__gt=1),
        "member__name member__sex member__birth_date doubles_in_village",
    ),
    of_person(
        "id.card_without_disability",
        "证件类型为残疾人证，健康状况和残疾类别都没有残疾。",
        WARNING,
        Q(member__document_type="disability_card", facts__disability_kind="", facts__health_states__gt="")
        & Q(facts__health_states__in=["healthy", "chronic", "serious", "chronic,serious", "serious,chronic"]),
        "member__document_type facts__disability_kind facts__health_states",
    ),
)
