"""Work away from home, posts and wages (forms.md 8, Work). Months outside 0 to 12 are refused where they are typed."""

from django.db.models import Q

from households.checks.check import Severity, of_household, of_person

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_NO_LABOUR = ["none", "lost"]
# The system keeps the place in words of its own (务工状况); the export of persons has 务工所在地 and 是否国外务工 instead
# (forms.md 2 and 7.1). Any of them is a place.
_PLACE = Q(facts__work_place__gt="") | Q(facts__work_area__gt="")
_NO_PLACE = Q(facts__work_place="", facts__work_area="") & (
    Q(facts__works_abroad__isnull=True) | Q(facts__works_abroad=False)
)
_PLACES = "facts__work_place facts__work_area"

CHECKS = (
    of_person(
        "work.place_without_months",
        "填了务工状况或务工所在地，没有填务工月数或填了0。",
        WARNING,
        _PLACE & (Q(facts__work_months__isnull=True) | Q(facts__work_months=0)),
        f"{_PLACES} facts__work_months",
    ),
    of_person(
        "work.months_without_place",
        "填了务工月数，务工状况和务工所在地都没有填。",
        WARNING,
        Q(facts__work_months__gt=0) & _NO_PLACE,
        f"{_PLACES} facts__works_abroad facts__work_months",
    ),
    of_person(
        "work.without_labour",
        "无劳动力或丧失劳动力，却有务工月数。",
        WARNING,
        Q(facts__labour_skill__in=_NO_LABOUR, facts__work_months__gt=0),
        "facts__labour_skill facts__work_months",
    ),
    of_person(
        "work.post_without_months",
        "填了公益性岗位类型，没有填月数或填了0。",
        WARNING,
        Q(facts__public_post_type__gt="")
        & (Q(facts__public_post_months__isnull=True) | Q(facts__public_post_months=0)),
        "facts__public_post_type facts__public_post_months",
    ),
    of_person(
        "work.months_without_post",
        "填了公益性岗位月数，没有填岗位类型。",
        WARNING,
        Q(facts__public_post_months__gt=0, facts__public_post_type=""),
        "facts__public_post_type facts__public_post_months",
    ),
    of_household(
        "work.wage_without_months",
        "有工资性收入，没有一名成员务工或在公益性岗位。",
        WARNING,
        Q(facts__wage_income__gt=0, persons__gt=0, away=0, on_posts=0, months_unknown=0),
        "facts__wage_income away on_posts",
    ),
    of_household(
        "work.months_without_wage",
        "有成员务工，工资性收入为0。",
        WARNING,
        Q(facts__wage_income=0, away__gt=0),
        "facts__wage_income away",
    ),
    of_household(
        "work.wage_small",
        "工资性收入不为0但偏小。",
        NOTICE,
        lambda terms: Q(facts__wage_income__gt=0, facts__wage_income__lt=terms["income.small_group"]),
        "facts__wage_income",
        parameters=("income.small_group",),
    ),
)
