"""Two at once, with real connections: calls in threads of their own, and waiting until one of them waits."""

import threading
import time

from django.db import connection, transaction

from households.services.locking import lock_households


class Beside(threading.Thread):
    """A call in a thread with a connection of its own; `result` is what it returned, or what it raised."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.call, self.result = call, None
        self.start()

    def run(self):
        try:
            self.result = self.call()
        except Exception as error:
            self.result = error
        finally:
            connection.close()

    def finish(self):
        self.join(30)
        assert not self.is_alive(), "still waiting for a lock"
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


class RowLock:
    """Holds a row FOR UPDATE from another connection until let go."""

    def __init__(self, rows):
        self.held, self.free = threading.Event(), threading.Event()
        self.thread = Beside(lambda: self._hold(rows))
        assert self.held.wait(10)

    def _hold(self, rows):
        with transaction.atomic():
            list(rows.select_for_update())
            self.held.set()
            self.free.wait(30)

    def let_go(self):
        self.free.set()
        self.thread.finish()


def wait_until_somebody_waits():
    """Until a backend of this database waits for a lock."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for a lock")


def held_open(call):
    """A call whose transaction ends only when told to: (the thread, what ends it). It has returned by then."""
    called, go_on = threading.Event(), threading.Event()

    def run():
        with transaction.atomic():
            result = call()
            called.set()
            go_on.wait(30)
            return result

    thread = Beside(run)
    assert called.wait(30), thread.result
    return thread, go_on.set


def first_holding(households, then):
    """Beside us: holds these households, and goes on with `then` when told to: (the thread, what tells it)."""
    held, go_on = threading.Event(), threading.Event()

    def run():
        with transaction.atomic():
            lock_households([one.pk for one in households])
            held.set()
            go_on.wait(30)
            return then()

    thread = Beside(run)
    assert held.wait(30), thread.result
    return thread, go_on.set
