"""All checks, by code. A code, once used, is never given to another rule: answers are kept under it."""

from households.checks import (
    allowances,
    exited,
    helper,
    household,
    identity,
    labour,
    land,
    monitoring,
    pension,
    production,
    reasons,
    school,
    work,
)
from households.checks.check import Check, Severity, Subject

_MODULES = {
    "证件和身份": identity,
    "户": household,
    "致贫原因": reasons,
    "低保五保": allowances,
    "务工": work,
    "劳动力": labour,
    "教育": school,
    "养老": pension,
    "土地住房": land,
    "脱贫状态": exited,
    "收入": production,
    "帮扶责任人": helper,
    "监测对象": monitoring,
}

ALL: tuple[Check, ...] = tuple(check for module in _MODULES.values() for check in module.CHECKS)
CHECKS: dict[str, Check] = {check.code: check for check in ALL}
# Heading of its subject on pages, by code.
GROUPS: dict[str, str] = {
    check.code: heading for heading, module in _MODULES.items() for check in module.CHECKS
}
PARAMETERS = frozenset(code for check in ALL for code in check.parameters)

# Rules of the same sources that need no check: what breaks them is refused where it is typed or imported, and by
# constraint where one can be written (forms.md 8; services/persons.py, models).
ENFORCED = (
    "出生日期、性别与证件号码一致",
    "同一证件号码（前18位）全系统只有一人",
    "同一时间一人只在一户",
    "联系电话为11位手机号或带区号的固定电话",
    "其他致贫原因最多两项，且不同于主要致贫原因",
    "主要致贫原因只有一项",
    "务工月数、公益性岗位月数为0至12",
    "有效灌溉面积不大于耕地面积",
)

if len(CHECKS) != len(ALL):
    raise ValueError("Two checks of one code.")


def codes_of(severity: str) -> list[str]:
    """Codes of the checks of one severity."""
    return [check.code for check in ALL if check.severity == severity]


def of_subject(subject: Subject) -> list[Check]:
    """The checks of one subject, in order."""
    return [check for check in ALL if check.subject == subject]


def of_sectors(sectors) -> list[str]:
    """Codes of the checks that a bureau of one of these sectors sees."""
    return [check.code for check in ALL if check.sector and check.sector in sectors]


def rank(check: Check) -> int:
    """Errors first, then warnings, then notices."""
    return list(Severity).index(Severity(check.severity))
