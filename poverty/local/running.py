"""`make run`: servers, database, demo county, web, worker and beat under one supervisor."""

import http.client
import os
import signal
import socket
import sys
from pathlib import Path

from poverty.local import environment, postgres, servers
from poverty.local.locks import Lock
from poverty.local.places import CHECKOUT, LOCAL, LOGS
from poverty.local.ports import listen, wanted_port
from poverty.local.processes import Child, end_leftovers, marked
from poverty.local.supervisor import Stopped, Supervisor
from poverty.local.trouble import Trouble, say

LOG_LIMIT = 10_000_000
# Settings of the own PostgreSQL that serves the pages; the rest are its defaults.
POSTGRES_SETTINGS = {"shared_buffers": "256MB", "max_connections": "100"}


def run() -> int:
    """Run until somebody stops it; returns the exit code."""
    lock = Lock("run")
    if not lock.take():
        note = lock.read()
        where = f"at {note['address']}" if "address" in note else "and is still starting"
        say(f"It runs already {where} (process {note.get('pid', '?')}); Ctrl-C there ends it.")
        return 0
    supervisor = Supervisor()
    supervisor.listen_to_signals()
    try:
        _run(supervisor, lock)
    except Stopped:
        code = 0
    except (Trouble, OSError) as error:
        say(f"make run: {error}")
        code = 1
    finally:
        say("Stopping: web, worker and beat, then Redis and PostgreSQL. The data stays in .local.")
        (LOCAL / "servers").unlink(missing_ok=True)
        supervisor.stop_all(groups=(("web", "worker", "beat"),))
        lock.note()
    say("Everything has ended.")
    return code


def _run(supervisor: Supervisor, lock: Lock) -> None:
    _rotate_logs()
    if end_leftovers(_of_an_earlier_run, with_signal=signal.SIGTERM):
        say("Parts of an earlier run that was killed were still running; they were ended.")
    given = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    data = None if given["DATABASE_URL"] else postgres.data_directory("postgres")
    secrets = environment.secrets_of(data=data)
    if data is not None and not data.exists():
        say(f"Creating a PostgreSQL 18 database in {data}.")
    listener = listen(wanted_port(dict(os.environ)))
    port = listener.getsockname()[1]
    if port != wanted_port(dict(os.environ)):
        say(f"Port {wanted_port(dict(os.environ))} is taken; using {port}.")
    urls = servers.start(
        supervisor, secrets, mark=LOCAL, name="", logs=LOGS, settings=POSTGRES_SETTINGS, given=given
    )
    static = {"STATIC_ROOT": os.environ.get("STATIC_ROOT") or str(LOCAL / "static")}
    # The one place that turns HTTPS off: it listens on this machine's own address only.
    shared = urls | static | {"HTTPS": os.environ.get("HTTPS") or "0"}
    # With a database of its own this is a trial: the sign-in page names the demo accounts.
    shared["DEMO"] = os.environ.get("DEMO") or ("0" if given["DATABASE_URL"] else "1")
    environment.write(LOCAL / "servers", shared, title="Of the make run under way; gone when it ends.")
    env = servers.environment(LOCAL, secrets, **shared)

    if supervisor.run(_manage("prepare", env=env)):
        raise Trouble("the database could not be prepared; why stands above.")
    for child in _programs(env, listener):
        supervisor.start(child)
    address = f"http://127.0.0.1:{port}/"
    supervisor.watch(until=lambda: _answers(port))
    lock.note(pid=os.getpid(), address=address)
    say(f"\n  {address}\n\n  Ctrl-C ends it; the data stays. Logs: .local/log\n")
    supervisor.watch()


def _programs(env: dict[str, str], listener: socket.socket) -> list[Child]:
    """Web, worker and beat."""
    descriptor = listener.fileno()
    gunicorn = ("--config", "python:poverty.local.gunicorn_settings", "poverty.wsgi:application")
    celery = ("--app", "poverty.celery")
    worker = ("worker", "--loglevel", "INFO", "--concurrency", os.environ.get("WORKERS") or "2")
    beat = ("beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(LOCAL / "beat-schedule"))
    web_env = env | {"WEB_SOCKET": str(descriptor)}
    return [
        _python("web", "gunicorn", *gunicorn, env=web_env, pass_fds=(descriptor,)),
        _python(
            "worker",
            "celery",
            *celery,
            *worker,
            "--without-gossip",
            "--without-mingle",
            env=env,
            patience=15.0,
        ),
        _python("beat", "celery", *celery, *beat, env=env),
    ]


def _of_an_earlier_run(pid: int) -> bool:
    """The web and worker processes of this checkout; its servers are recognised by their data directories."""
    if not marked(str(LOCAL))(pid):
        return False
    try:
        program = Path(os.readlink(f"/proc/{pid}/exe")).name
    except OSError:
        return False
    return not program.startswith(("postgres", "redis-server"))


def _python(name: str, module: str, *arguments: str, env: dict[str, str], **options) -> Child:
    argv = [sys.executable, "-m", module, *arguments]
    return Child(name, argv, env=env, log=LOGS / f"{name}.log", cwd=CHECKOUT, **options)


def _manage(*arguments: str, env: dict[str, str]) -> Child:
    argv = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    return Child(arguments[0], argv, env=env, log=None, cwd=CHECKOUT)


def _answers(port: int) -> bool:
    """Whether the web answers; an error page is an answer too, and stands in its log."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2.0)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _rotate_logs() -> None:
    """Put a log aside that has grown large; one earlier copy is kept."""
    for log in LOGS.glob("*.log"):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
