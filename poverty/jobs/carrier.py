"""What Celery carries: the number of a job row, nothing else."""

from celery import current_app
from django.conf import settings

RUN = "jobs.run"
# A message that waited longer is dropped by the worker that finds it: the sweep has sent newer ones
# meanwhile.
EXPIRES = 30 * 60


def send(job_id: int) -> None:
    """Hand the job's number to the broker, once and without waiting for a broker that is away.

    Raises kombu's OperationalError (or redis' or the socket's own error) when it is not there.
    """
    current_app.send_task(
        RUN,
        args=(job_id,),
        queue=settings.CELERY_TASK_DEFAULT_QUEUE,
        retry=False,
        ignore_result=True,
        expires=EXPIRES,
    )
