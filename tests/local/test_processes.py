"""What an earlier run left is ended; a stranger never is."""

import os
import signal
import subprocess
import sys
import time

import pytest

from poverty.local.processes import MARK, Child, end_leftovers, last_lines, marked, serving

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
time.sleep(60)
"""


@pytest.fixture
def process():
    """process(argv, **options) -> Popen, ended after the test."""
    started = []

    def start(argv, **options):
        started.append(subprocess.Popen(argv, **options))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()
        if one.stdout:
            one.stdout.close()


def test_only_what_carries_our_mark_is_ended(process, tmp_path):
    ours = process(["sleep", "60"], env=os.environ | {MARK: str(tmp_path)})
    other = process(["sleep", "60"], env=os.environ | {MARK: str(tmp_path / "another")})
    stranger = process(["sleep", "60"])
    assert end_leftovers(marked(str(tmp_path)), with_signal=signal.SIGTERM) == 1
    assert ours.wait(5) == -signal.SIGTERM
    assert other.poll() is None
    assert stranger.poll() is None


def test_who_does_not_listen_is_ended_at_once(process, tmp_path):
    deaf = process(
        [sys.executable, "-c", STUBBORN], env=os.environ | {MARK: str(tmp_path)}, stdout=subprocess.PIPE
    )
    assert deaf.stdout.readline() == b"deaf\n"
    assert end_leftovers(marked(str(tmp_path)), with_signal=signal.SIGTERM, patience=0.3) == 1
    assert deaf.wait(5) == -signal.SIGKILL


def test_a_program_that_merely_stands_in_our_data_directory_is_no_server(process, tmp_path):
    reader = process(["sleep", "60"], cwd=tmp_path)
    assert end_leftovers(serving(tmp_path), with_signal=signal.SIGTERM) == 0
    assert reader.poll() is None


def test_a_child_ends_with_all_it_started(tmp_path):
    log = tmp_path / "log"
    child = Child("shell", ["sh", "-c", "sleep 60 & echo $!; wait"], env=dict(os.environ), log=log)
    child.start()
    deadline = time.monotonic() + 5
    while not log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    grandchild = int(log.read_text())
    child.kill_all()
    assert child.ended() == -signal.SIGKILL
    assert _gone(grandchild)


def test_a_child_dies_with_its_parent(tmp_path):
    """As after kill -9 of make run: nobody is left to end it, so the kernel does."""
    parent = (
        "import os, sys, time; from poverty.local.processes import Child\n"
        "child = Child('sleep', ['sleep', '60'], env=dict(os.environ), log=None); child.start()\n"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as started:
        child = int(started.stdout.readline())
        started.kill()
    assert _gone(child)


def _gone(pid: int) -> bool:
    """Whether the process ends within five seconds (one that nobody collected has ended too)."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as stream:
                if stream.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_the_last_words_of_a_log(tmp_path):
    log = tmp_path / "log"
    log.write_text("first\nsecond\n\n  third  \n\n")
    assert last_lines(log) == "third"
    assert last_lines(log, 2) == "second\nthird"
    assert last_lines(tmp_path / "none") == ""
