"""Background jobs: the job row is the queue of record, Celery only carries it."""
