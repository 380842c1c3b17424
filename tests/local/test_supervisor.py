"""Restarting what dies, giving up on what keeps dying, and ending in order."""

import os
import pty
import signal

import pytest

from poverty.local.processes import Child
from poverty.local.supervisor import Stopped, Supervisor
from poverty.local.trouble import Trouble


def child(name, script, tmp_path, **options):
    return Child(name, ["sh", "-c", script], env=dict(os.environ), log=tmp_path / f"{name}.log", **options)


@pytest.fixture
def supervisor():
    one = Supervisor()
    yield one
    one.impatient = True
    one.stop_all()


def test_what_dies_is_started_again(supervisor, tmp_path, capsys):
    one = supervisor.start(child("web", "sleep 60", tmp_path))
    first = one.process.pid
    os.kill(first, signal.SIGKILL)
    one.process.wait()
    supervisor.watch(until=lambda: one.process.pid != first)
    assert one.running()
    assert "web ended (signal 9) and is started again" in capsys.readouterr().out


def test_what_keeps_dying_is_given_up(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr("poverty.local.supervisor.DEATHS", 2)
    supervisor.start(child("web", "echo no such module; exit 3", tmp_path))
    with pytest.raises(Trouble, match=r"web ended 2 times .*exit code 3.*no such module"):
        supervisor.watch()


def test_stopping_ends_all_from_last_to_first(supervisor, tmp_path):
    order = tmp_path / "order"
    script = "trap 'echo {} >> " + str(order) + "; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
    children = [supervisor.start(child(name, script.format(name), tmp_path)) for name in ("a", "b")]
    supervisor.watch(until=lambda: all(one.last_words() == "ready" for one in children))
    supervisor.stop_all()
    assert order.read_text() == "b\na\n"
    assert [one.running() for one in children] == [False, False]


def test_one_runs_beside_another_and_is_waited_for(supervisor, tmp_path):
    done = tmp_path / "done"
    with supervisor.beside(
        child("migrate", f"while [ ! -e {done} ]; do sleep 0.02; done; exit 3", tmp_path)
    ) as wait:
        assert supervisor.run(child("lint", f"touch {done}", tmp_path)) == 0
        assert wait() == 3


def test_what_runs_beside_ends_with_the_block(supervisor, tmp_path):
    one = child("migrate", "sleep 60", tmp_path)
    with pytest.raises(Trouble), supervisor.beside(one):
        raise Trouble("lint could not be started")
    assert not one.running()


def test_a_wish_to_stop_interrupts_what_runs(supervisor, tmp_path):
    supervisor.stopping = signal.SIGINT
    with pytest.raises(Stopped):
        supervisor.run(child("migrate", "sleep 60", tmp_path))
    with pytest.raises(Stopped):
        supervisor.watch()


def test_a_step_returns_its_exit_code(supervisor, tmp_path):
    assert supervisor.run(child("ok", "exit 0", tmp_path)) == 0
    assert supervisor.run(child("not", "exit 4", tmp_path)) == 4


def test_a_closed_terminal_is_noticed(supervisor):
    """Also where make leads the session and keeps the signal to itself."""
    ours, theirs = pty.openpty()
    supervisor._terminal = theirs
    supervisor.go_on()
    os.close(ours)
    with pytest.raises(Stopped):
        supervisor.go_on()
    os.close(theirs)
    assert supervisor.stopping == signal.SIGHUP
