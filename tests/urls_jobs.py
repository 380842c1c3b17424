"""Sample arguments of the addresses of jobs: a failed and a waiting job of the place, run by those who
judge.
"""

from poverty.accounts.models import Role
from poverty.accounts.rights import ROLE_RIGHTS
from poverty.jobs.models import State
from tests.factories.jobs import make_job
from tests.jobs import runners  # noqa: F401 - registers the kind of the sample jobs
from tests.url_samples import Sample

# Jobs of a village: of the others nobody started one, and without job.view nobody sees another's.
UNSEEING = frozenset(role.value for role in Role if "job.view" not in ROLE_RIGHTS[role])
UNABLE = frozenset(role.value for role in Role if "assess.run" not in ROLE_RIGHTS[role]) - UNSEEING


def _job(place, state, refused_to=frozenset()):
    job = make_job(area_code=place.village, state=state)
    return Sample({"pk": job.pk}, hidden_from=UNSEEING, refused_to=refused_to)


SAMPLES = {
    "jobs:job": lambda place: _job(place, State.FAILED),
    "jobs:progress": lambda place: _job(place, State.FAILED),
    "jobs:retry": lambda place: _job(place, State.FAILED, UNABLE),
    "jobs:cancel": lambda place: _job(place, State.QUEUED, UNABLE),
}
