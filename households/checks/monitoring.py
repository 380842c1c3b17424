"""Monitored households (standards.md 9.1, 9.3): the category, the risks, and how a risk was removed.

Measures are not kept yet, so that risk against measure and 帮扶消除 without any measure cannot be asked.
"""

from datetime import date

from django.db.models import F, Q

from households.checks.check import NOBODY, Severity, of_household
from households.checks.figures import PER_HEAD_FACTS, REGISTERED_KINDS
from households.checks.terms import Terms
from households.options.kinds import GENERAL_RURAL

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_NOW = Q(watch_category__gt="", watch_removed_on__isnull=True)
_REMOVED = Q(watch_removed_on__isnull=False)
_NOBODY_WORKS = Q(persons__gt=0, workers=0, labour_unknown=0)
_RANGED = Q(watch_category__in=["unstable_exited", "edge"])


def _risk(key: str) -> Q:
    return _NOW & Q(watch_risks__contains=[key])


def _above_range(terms: Terms) -> Q:
    line = terms["line.monitoring"]
    return NOBODY if line is None else _NOW & _RANGED & Q(per_head__gt=line)


def _within_range(terms: Terms) -> Q:
    line = terms["line.monitoring"]
    return NOBODY if line is None else _NOW & Q(watch_category="sudden_hardship", per_head__lte=line)


def _high(terms: Terms) -> Q:
    since = date(terms["check.monitoring_high_income_since"], 1, 1)
    return _NOW & Q(watch_identified_on__gte=since, per_head__gt=terms["income.high_monitored"])


CHECKS = (
    of_household(
        "monitoring.removed_without_method",
        "风险已消除，没有填风险消除方式。",
        ERROR,
        _REMOVED & Q(watch_removal_method=""),
        "watch_removed_on watch_removal_method",
    ),
    of_household(
        "monitoring.helped_too_soon",
        "识别后很短时间内就帮扶消除。",
        WARNING,
        _REMOVED & Q(watch_removal_method="by_help", watch_removed_on__lt=F("watch_helped_until")),
        "watch_identified_on watch_removed_on watch_removal_method",
        parameters=("check.monitoring_helped_months",),
    ),
    of_household(
        "monitoring.observed_too_short",
        "风险消除前的观察时间偏短。",
        NOTICE,
        _REMOVED & Q(watch_removed_on__lt=F("watch_observed_until")),
        "watch_identified_on watch_removed_on",
        parameters=("check.monitoring_observed_months",),
    ),
    of_household(
        "monitoring.removed_without_labour",
        "整户无劳动能力，却标为风险消除。",
        WARNING,
        _REMOVED & (_NOBODY_WORKS | Q(watch_whole_household_without_labour=True)),
        "watch_removed_on workers watch_whole_household_without_labour",
    ),
    of_household(
        "monitoring.without_labour_not_flagged",
        "全家没有劳动力，没有标注“整户无劳动能力兜底保障户”。",
        WARNING,
        _NOW & _NOBODY_WORKS & Q(watch_whole_household_without_labour=False),
        "workers watch_whole_household_without_labour",
    ),
    of_household(
        "monitoring.flagged_with_labour",
        "标注“整户无劳动能力兜底保障户”，家中有劳动力。",
        WARNING,
        _NOW & Q(watch_whole_household_without_labour=True, workers__gt=0),
        "workers watch_whole_household_without_labour",
    ),
    of_household(
        "monitoring.labour_risk_with_workers",
        "风险为因缺劳动力，家中劳动力不少。",
        WARNING,
        lambda terms: _risk("labour") & Q(workers__gte=terms["check.workers_with_labour_cause"]),
        "watch_risks workers",
        parameters=("check.workers_with_labour_cause",),
    ),
    of_household(
        "monitoring.illness_without_cost",
        "风险为因病，合规自付支出为0。",
        WARNING,
        _risk("illness") & Q(self_paid=0),
        "watch_risks self_paid",
    ),
    of_household(
        "monitoring.housing_risk_without_issue",
        "风险为因安全住房，“是否住房出现安全问题”为否。",
        WARNING,
        _risk("housing") & Q(watch_housing_issue=False),
        "watch_risks watch_housing_issue",
    ),
    of_household(
        "monitoring.water_risk_without_issue",
        "风险为因安全饮水，“是否饮水出现安全问题”为否。",
        WARNING,
        _risk("water") & Q(watch_water_issue=False),
        "watch_risks watch_water_issue",
    ),
    of_household(
        "monitoring.no_risk", "监测对象没有填致贫返贫风险。", WARNING, _NOW & Q(watch_risks=[]), "watch_risks"
    ),
    of_household(
        "monitoring.unstable_but_general",
        "监测对象类别为脱贫不稳定户，户类型却是一般农户。",
        ERROR,
        _NOW & Q(watch_category="unstable_exited", kind=GENERAL_RURAL),
        "watch_category kind",
    ),
    of_household(
        "monitoring.edge_but_registered",
        "监测对象类别为边缘易致贫户，户类型却是建档立卡户或脱贫户。",
        ERROR,
        _NOW & Q(watch_category="edge", kind__in=REGISTERED_KINDS),
        "watch_category kind",
    ),
    of_household(
        "monitoring.above_range",
        "监测对象（收入类），人均纯收入超过监测范围参考线。",
        NOTICE,
        _above_range,
        f"watch_category {PER_HEAD_FACTS}",
        parameters=("line.monitoring",),
    ),
    of_household(
        "monitoring.sudden_within_range",
        "突发严重困难户，人均纯收入却在监测范围参考线以内。",
        NOTICE,
        _within_range,
        f"watch_category {PER_HEAD_FACTS}",
        parameters=("line.monitoring",),
    ),
    of_household(
        "monitoring.high_income",
        "监测对象，人均纯收入偏高。",
        WARNING,
        _high,
        f"watch_identified_on {PER_HEAD_FACTS}",
        parameters=("income.high_monitored", "check.monitoring_high_income_since"),
    ),
)
