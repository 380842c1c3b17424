"""Celery entry points of the queue."""

from datetime import time

from celery import shared_task
from celery.signals import worker_ready

from poverty.jobs import carrier, schedules
from poverty.jobs.services import running, sessions, sweeping


@shared_task(name=carrier.RUN)
def run_job(job_id: int) -> None:
    """Carry out one job; a second delivery finds it claimed and does nothing."""
    running.run(job_id)


@shared_task(name="jobs.sweep", expires=60)
def sweep() -> None:
    """Look after the queue; beat runs it itself every few seconds (poverty/jobs/beat.py)."""
    sweeping.sweep()


@worker_ready.connect
def sweep_on_start(**_kwargs) -> None:
    """A worker that starts asks for what was left lying, without waiting for beat."""
    sweep.apply_async(retry=False)


schedules.register("sessions.clear", time(3, 30), sessions.clear_sessions)
