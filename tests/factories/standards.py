"""Standards for tests, written straight to the tables with the steps they need (services are tested on
their own).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from poverty.review.models import Step
from poverty.standards.indicators import IndicatorSpec, register, spec
from poverty.standards.models import Requirement, Standard
from poverty.standards.workflow import STANDARD
from tests.factories.accounts import make_user
from tests.factories.areas import make_area

# The eleven indicators of households, for tests that run without the app which measures them.
HOUSEHOLD_INDICATORS = (
    IndicatorSpec("income", "人均纯收入", unit="元/人·年", kind="number", comparisons=("gt", "ge")),
    IndicatorSpec("food", "不愁吃"),
    IndicatorSpec("clothing", "不愁穿"),
    IndicatorSpec("education", "义务教育", sector="education"),
    IndicatorSpec("medical", "基本医疗", sector="medical_insurance"),
    IndicatorSpec("housing", "住房安全", sector="housing"),
    IndicatorSpec("water", "饮水安全", sector="water"),
    IndicatorSpec("power", "生活用电", sector="power"),
    IndicatorSpec("broadcasting", "广播电视", sector="broadcasting"),
    IndicatorSpec("road", "通路", sector="transport"),
    IndicatorSpec("stable_income", "稳定收入来源"),
)
VILLAGE_INDICATORS = (
    IndicatorSpec("incidence", "贫困发生率", unit="%", kind="number", comparisons=("lt", "le")),
    IndicatorSpec("clinic", "有卫生室"),
)

NATIONAL_ROWS = {
    "income": "3535",
    "food": None,
    "clothing": None,
    "education": None,
    "medical": None,
    "housing": None,
    "water": None,
}


def register_indicators() -> None:
    """Make the indicators known that no installed app has registered."""
    for subject, specs in (("household", HOUSEHOLD_INDICATORS), ("village", VILLAGE_INDICATORS)):
        register(subject, [one for one in specs if spec(subject, one.code) is None])


@transaction.atomic
def make_standard(
    area="220503", year=2018, *, rows: Mapping[str, str | None] = NATIONAL_ROWS, status="published", **fields
) -> Standard:
    """Return a standard (published by default, otherwise "draft") with a requirement per indicator of
    `rows`.

    `rows`: indicator -> threshold as text, None for yes/no. `area` "" is the whole country. Drafter and
    publisher are two people without postings unless given (drafted_by, published_by). A correction
    (corrects=...) must be given after the corrected standard was superseded.
    """
    register_indicators()
    if area:
        make_area(area)
    drafter = fields.pop("drafted_by", None) or make_user("李起草")
    publisher = fields.pop("published_by", None) or make_user("赵发布")
    subject = fields.setdefault("subject", "household")
    standard = Standard.objects.create(
        area_code=area,
        year=year,
        drafted_by=drafter,
        makers=[drafter.pk],
        **{
            "name": "贫困户退出标准",
            "document_name": "贫困退出实施办法",
            "document_number": "吉办发〔2016〕40号",
            "document_date": date(2016, 9, 1),
            **fields,
        },
    )
    _step(standard, "draft", "", drafter)
    for order, (indicator, threshold) in enumerate(rows.items(), start=1):
        known = spec(subject, indicator)
        Requirement.objects.create(
            standard=standard,
            indicator=indicator,
            comparison=known.default_comparison if known else "is_true",
            threshold=None if threshold is None else Decimal(threshold),
            unit=known.unit if known else "",
            order=order,
        )
    if status == "published":
        standard.status = "published"
        standard.published_by = publisher
        standard.published_at = timezone.now()
        standard.save()
        _step(standard, "publish", "draft", publisher)
    return standard


def _step(standard: Standard, name: str, source: str, user) -> None:
    transition = STANDARD.get(name)
    Step.objects.create(
        case_type="standards.standard",
        case_id=standard.pk,
        area_code=standard.area_code,
        transition=name,
        source=source,
        target=transition.target,
        lane=transition.lane,
        level=transition.level,
        closes_round=transition.closes_round,
        decided_by=user,
        decided_by_name=user.name,
        recorded_by=user,
        happened_on=timezone.localdate(),
    )
