"""The own servers for real: made, half made, killed, and closed to others."""

import os
import shutil
import signal
import stat
import tempfile
from pathlib import Path

import psycopg2
import pytest
from redis import AuthenticationError, Redis

from poverty.local import places, postgres, redis_server
from poverty.local.supervisor import Supervisor

PASSWORDS = {
    "POSTGRES_ADMIN_PASSWORD": "admin-1",
    "POSTGRES_PASSWORD": "p@ss/w:rd 2",
    "REDIS_PASSWORD": "r@dis/3",
}


@pytest.fixture
def base():
    """A directory the unprivileged account can reach (pytest's own are closed)."""
    places.make_local()
    directory = Path(tempfile.mkdtemp(prefix="poverty-test-"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def supervisor():
    one = Supervisor()
    yield one
    one.stop_all()


def cluster(base):
    return postgres.Postgres(
        base, "postgres", PASSWORDS, settings=postgres.THROW_AWAY, account=places.unprivileged()
    )


def up(database, supervisor, base):
    """Start the cluster and create its database."""
    child = supervisor.start(database.child(env=dict(os.environ), log=base / "log"))
    database.wait_ready(child, supervisor.go_on)
    database.make_database()
    return child


def ask(database, sql):
    connection = psycopg2.connect(database.url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()
    finally:
        connection.close()


def test_postgres_from_half_an_initdb_to_a_killed_run(base, supervisor):
    # A start was interrupted while initdb ran.
    (base / "postgres" / "data.new" / "base").mkdir(parents=True)
    database = cluster(base)
    assert database.initialise() is True
    assert not (base / "postgres" / "data.new").exists()
    first = up(database, supervisor, base)
    assert ask(database, "SELECT current_user, current_database()") == ("poverty", "poverty")
    assert ask(database, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'poverty'") == (
        False,
        False,
    )
    assert ask(database, "SHOW server_encoding") == ("UTF8",)
    assert ask(database, "SHOW listen_addresses") == ("",)
    assert stat.S_IMODE(database.socket.stat().st_mode) == 0o700
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(database.url.replace("2@", "3@"))

    # It is killed; the pid file names a stranger when the next run starts.
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    supervisor.children.clear()
    pid_file = database.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    again = cluster(base)
    assert again.initialise() is False
    up(again, supervisor, base)
    assert ask(again, "SELECT 1") == (1,)


def test_redis_asks_for_its_password(base, supervisor):
    redis = redis_server.Redis(base / "redis", PASSWORDS["REDIS_PASSWORD"], keep=False)
    redis.initialise()
    child = supervisor.start(redis.child(env=dict(os.environ), log=base / "log"))
    redis.wait_ready(child, supervisor.go_on)
    with Redis.from_url(redis.url) as client:
        assert client.ping()
    with Redis(unix_socket_path=str(redis.socket)) as nobody, pytest.raises(AuthenticationError):
        nobody.ping()
    assert stat.S_IMODE(redis.socket.parent.stat().st_mode) == 0o700
    assert PASSWORDS["REDIS_PASSWORD"] not in " ".join(child.argv)
