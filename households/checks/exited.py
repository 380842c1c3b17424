"""Exited or about to, but something stands against it; and the reverse.

forms.md 8, Exited but; 1.1; standards.md 4, exit blockers; practice.md, Incidence.
"""

from django.db.models import Q

from households.checks.check import NOBODY, Severity, of_household, of_person
from households.checks.figures import PER_HEAD_FACTS
from households.checks.people import SICK_NOW
from households.checks.terms import Terms
from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.housing_safety import HOUSING_SAFETY
from households.options.poor_attributes import POOR_ATTRIBUTES
from households.options.poverty_status import POVERTY_STATUSES, PRE_EXIT
from poverty.fields.states import MET, UNMET

ERROR, WARNING = Severity.ERROR, Severity.WARNING
_EXITED_KEYS = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)
_POOR_KEYS = POVERTY_STATUSES.keys_where(lambda status: status.is_poor)
_EXITED, _POOR = Q(status__in=_EXITED_KEYS), Q(status__in=_POOR_KEYS)
# The tools ask both: what blocks an exit is known best before it.
_LEAVING_KEYS = [*_EXITED_KEYS, PRE_EXIT]
_LEAVING = Q(status__in=_LEAVING_KEYS)
_FOR_EXITED = POOR_ATTRIBUTES.keys_where(lambda attribute: attribute.for_exited)
_FOR_POOR = POOR_ATTRIBUTES.keys_where(lambda attribute: not attribute.for_exited)
_NOT_ENDED = ["", *HOUSING_SAFETY.keys_where(lambda kind: not kind.ends_danger)]
_DANGEROUS = DANGEROUS_GRADES.keys_where(lambda grade: not grade.is_safe)


def _below_line(terms: Terms) -> Q:
    # Equal to the line is not above it (practice.md, Income).
    line = terms["line.exit"]
    return NOBODY if line is None else _LEAVING & Q(per_head__lte=line)


def _water(terms: Terms) -> Q:
    if terms.rules.water_by_two_flags:
        own = Q(facts__water_safe=False) | Q(facts__water_difficult=True)
    else:
        own = Q(facts__water_solved=False)
    return _LEAVING & (own | Q(result__water=UNMET))


CHECKS = (
    of_household(
        "exited.income",
        "已脱贫或预脱贫，人均纯收入没有超过退出标准线。",
        ERROR,
        _below_line,
        f"status {PER_HEAD_FACTS}",
        parameters=("line.exit",),
    ),
    of_household(
        "exited.dangerous_house",
        "已脱贫或预脱贫，仍登记为危房。",
        ERROR,
        _LEAVING
        & (Q(facts__is_dangerous_house=True) | Q(facts__dangerous_grade__in=_DANGEROUS))
        & Q(facts__housing_safety__in=_NOT_ENDED),
        "status facts__is_dangerous_house facts__dangerous_grade facts__housing_safety",
    ),
    of_household(
        "exited.water",
        "已脱贫或预脱贫，饮水安全没有解决。",
        ERROR,
        _water,
        "status facts__water_safe facts__water_difficult facts__water_solved result__water",
        parameters=("water.criteria",),
    ),
    of_household(
        "exited.power",
        "已脱贫或预脱贫，没有通生活用电。",
        ERROR,
        _LEAVING & (Q(facts__has_power=False) | Q(result__power=UNMET)),
        "status facts__has_power result__power",
    ),
    of_household(
        "exited.dropout",
        "已脱贫或预脱贫，有义务教育阶段失学辍学的成员。",
        ERROR,
        _LEAVING & Q(dropouts__gt=0),
        "status dropouts",
    ),
    of_person(
        "exited.illness_not_insured",
        "因病致贫的已脱贫或预脱贫户，患病成员没有参加大病保险。",
        WARNING,
        Q(household__status__in=_LEAVING_KEYS, household__main_cause="illness")
        & SICK_NOW
        & Q(facts__serious_illness_insurance=False),
        "household__status household__main_cause facts__health_states facts__serious_illness_insurance",
    ),
    of_household(
        "exited.house_area_missing",
        "已脱贫或预脱贫，没有填住房面积。",
        WARNING,
        # A household of which the year knows nothing at all lacks more than this.
        _LEAVING & Q(facts__id__isnull=False, facts__house_area__isnull=True),
        "status facts__house_area",
    ),
    of_household(
        "exited.unmet",
        "已脱贫，本年度判定为未达标。",
        WARNING,
        _EXITED & Q(result__verdict=UNMET),
        "status result__verdict",
    ),
    of_household(
        "exited.met_but_poor",
        "未脱贫（或返贫），本年度判定为达标。",
        WARNING,
        _POOR & Q(result__verdict=MET),
        "status result__verdict",
    ),
    of_household(
        "exited.attribute_of_poor",
        "已脱贫，贫困户属性仍是未脱贫的类别。",
        WARNING,
        _EXITED & Q(poor_attribute__in=_FOR_POOR),
        "status poor_attribute",
    ),
    of_household(
        "exited.attribute_of_exited",
        "未脱贫（或返贫），贫困户属性却是已脱贫的类别。",
        WARNING,
        _POOR & Q(poor_attribute__in=_FOR_EXITED),
        "status poor_attribute",
    ),
)
