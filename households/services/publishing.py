"""Publishing a standard and judging everybody it concerns."""

from django.db import transaction

from households.models import AssessmentRun
from households.services.running import judge_after_change, open_years
from poverty.jobs.models import Job
from poverty.sql.locks import share
from poverty.standards.models import Standard
from poverty.standards.services import publish
from poverty.standards.subjects import Subject


@transaction.atomic
def publish_and_judge(standard: Standard, *, actor, comment: str = "") -> tuple[Standard, list[Job]]:
    """Put a draft into force and put the judging of its counties in line; returns both.

    Raises what publishing raises: ValidationError by field, PermissionDenied, ChangedMeanwhile.
    """
    if standard.subject == Subject.HOUSEHOLD:
        # Either a year is closed before, or its closing waits and judges by what is published here.
        share(open_years(standard.area_code, standard.year))
    standard = publish(standard, actor=actor, comment=comment)
    jobs = []
    if standard.subject == Subject.HOUSEHOLD:
        jobs = judge_after_change(
            standard.area_code, standard.year, actor=actor, trigger=AssessmentRun.Trigger.PUBLISH
        )
    return standard, jobs
