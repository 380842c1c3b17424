"""School against age, health and level (forms.md 8, School; 2.4: exactly one of 文化程度 and 在校生状况)."""

from django.db.models import Q

from households.checks.check import Severity, of_person
from households.checks.people import AT_SCHOOL, HEALTHY_NOW
from households.options.school_status import NOT_AT_SCHOOL, SCHOOL_STATUSES

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_SENIOR = SCHOOL_STATUSES.keys_where(lambda status: status.stage == "senior")
_FACTS = "member__birth_date facts__school_status"
_BUREAU = {"sector": "education"}

CHECKS = (
    of_person(
        "school.senior_too_young",
        "年龄偏小，却填高中（中职）在读。",
        WARNING,
        lambda terms: Q(
            facts__school_status__in=_SENIOR,
            member__birth_date__gt=terms.pupil_older_than(terms["check.senior_school_age"]),
        ),
        _FACTS,
        parameters=("check.senior_school_age",),
        **_BUREAU,
    ),
    of_person(
        "school.primary_too_old",
        "年龄偏大，却填小学在读。",
        WARNING,
        lambda terms: Q(
            facts__school_status="primary",
            member__birth_date__lte=terms.pupil_aged(terms["check.primary_school_age"]),
        ),
        _FACTS,
        parameters=("check.primary_school_age",),
        **_BUREAU,
    ),
    of_person(
        "school.student_too_old",
        "年龄偏大，却填在校。",
        WARNING,
        lambda terms: Q(
            facts__school_status__in=AT_SCHOOL,
            member__birth_date__lte=terms.pupil_older_than(terms["check.student_age"]),
        ),
        _FACTS,
        parameters=("check.student_age",),
        **_BUREAU,
    ),
    of_person(
        "school.healthy_not_at_school",
        "义务教育阶段、健康，却不在校，也没有批准的情形。",
        ERROR,
        lambda terms: (
            HEALTHY_NOW
            & Q(
                facts__school_status=NOT_AT_SCHOOL,
                facts__school_exemption="",
                member__birth_date__lte=terms.pupil_aged(terms["education.start_age"]),
                member__birth_date__gt=terms.pupil_older_than(terms["check.school_age_to"]),
            )
        ),
        f"{_FACTS} facts__health_states facts__school_exemption",
        parameters=("education.start_age", "check.school_age_to"),
    ),
    of_person(
        "school.level_and_status",
        "在校生又填了文化程度，两项只填一项。",
        NOTICE,
        Q(facts__school_status__in=AT_SCHOOL, facts__education_level__gt=""),
        "facts__school_status facts__education_level",
        **_BUREAU,
    ),
    of_person(
        "school.level_missing",
        "非在校生没有填文化程度。",
        NOTICE,
        Q(facts__school_status=NOT_AT_SCHOOL, facts__education_level=""),
        "facts__school_status facts__education_level",
        **_BUREAU,
    ),
    of_person(
        "school.reason_at_school",
        "在校生填了失学或辍学原因。",
        WARNING,
        Q(facts__school_status__in=AT_SCHOOL, facts__dropout_reason__gt=""),
        "facts__school_status facts__dropout_reason",
        **_BUREAU,
    ),
)
