"""Publishing a standard and judging everybody it concerns."""

from django.db import transaction

from households.models import AssessmentRun
from households.services.running import judge_after_change
from poverty.jobs.models import Job
from poverty.standards.models import Standard
from poverty.standards.services import publish
from poverty.standards.subjects import Subject


@transaction.atomic
def publish_and_judge(standard: Standard, *, actor, comment: str = "") -> tuple[Standard, list[Job]]:
    """Put a draft into force and put the judging of its counties in line; returns both.

    Raises what publishing raises: ValidationError by field, PermissionDenied, ChangedMeanwhile.
    """
    standard = publish(standard, actor=actor, comment=comment)
    jobs = []
    if standard.subject == Subject.HOUSEHOLD:
        jobs = judge_after_change(
            standard.area_code, standard.year, actor=actor, trigger=AssessmentRun.Trigger.PUBLISH
        )
    return standard, jobs
