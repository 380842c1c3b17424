"""The two servers of a run: the project's own, or those that DATABASE_URL and REDIS_URL name."""

import os
from pathlib import Path

from poverty.local import postgres, redis_server
from poverty.local.environment import DJANGO_NAMES
from poverty.local.places import LOCAL
from poverty.local.processes import MARK
from poverty.local.supervisor import Supervisor

# What make tells its recipes is nothing for the programs they start.
NOT_PASSED_ON = {"MAKELEVEL", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "POVERTY_READY"}


def environment(mark: Path, secrets: dict[str, str], **values: str) -> dict[str, str]:
    """The environment of what a run starts: the person's own, over the secrets, with the run's mark."""
    # An empty variable says nothing: it must not replace a key.
    given = {name: value for name, value in os.environ.items() if value and name not in NOT_PASSED_ON}
    generated = {name: secrets[name] for name in DJANGO_NAMES}
    return generated | given | values | {MARK: str(mark), "DJANGO_SETTINGS_MODULE": "poverty.settings"}


def start(
    supervisor: Supervisor,
    passwords: dict[str, str],
    *,
    mark: Path,
    name: str,
    logs: Path,
    settings: dict[str, str],
    given: dict[str, str],
    throw_away: bool = False,
) -> dict[str, str]:
    """Start what is not given and return {"DATABASE_URL": ..., "REDIS_URL": ...}.

    `name` is the directory of the own servers below their base; `given` holds the addresses of servers to
    use instead of our own, under the same two names.
    """
    urls = {kind: url for kind, url in given.items() if url}
    env = environment(mark, passwords)
    if "DATABASE_URL" not in urls:
        database = postgres.own(f"{name}postgres", passwords, settings=settings)
        database.initialise()
        child = supervisor.start(database.child(env=env, log=logs / "postgres.log"))
        database.wait_ready(child, supervisor.go_on)
        database.make_database(for_tests=throw_away)
        urls["DATABASE_URL"] = database.url
    if "REDIS_URL" not in urls:
        redis = redis_server.Redis(LOCAL / f"{name}redis", passwords["REDIS_PASSWORD"], keep=not throw_away)
        redis.initialise()
        child = supervisor.start(redis.child(env=env, log=logs / "redis.log"))
        redis.wait_ready(child, supervisor.go_on)
        urls["REDIS_URL"] = redis.url
    return urls
