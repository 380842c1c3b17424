"""Slowing down whoever guesses passwords, and whoever floods a form that is open to everybody.

Counted in PostgreSQL, not in a cache: a row lock makes parallel guesses queue, nothing is forgotten when
Redis restarts, and there is no second state of the world to fail open in. An attempt is charged *before* the
password is looked at and given back when it was right: a hundred guesses at once are counted one by one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from poverty.accounts.account_names import normalised
from poverty.accounts.models import SignInThrottle
from poverty.fields.crypto import keyed_hash

# Wrong attempts that cost nothing. One address is often a whole office.
FREE = {"account": 5, "address": 30}
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Refusal:
    """No attempt is possible before `until`."""

    until: datetime

    @property
    def seconds(self) -> int:
        """How long to wait from now, in whole seconds; at least one."""
        return max(1, -int((timezone.now() - self.until).total_seconds() // 1))

    @property
    def words(self) -> str:
        """How long to wait: 30 秒, 4 分钟."""
        seconds = self.seconds
        return f"{seconds} 秒" if seconds < 120 else f"{-(-seconds // 60)} 分钟"


def wait_after(failures: int, free: int) -> timedelta:
    """The wait that the n-th wrong attempt brings: none, then 30 s, 1, 2, 4, 8 and at most 15 minutes."""
    if failures < free:
        return timedelta(0)
    return min(FIRST_WAIT * 2 ** min(failures - free, 10), LONGEST_WAIT)


@transaction.atomic
def charge(username: str, address: str | None) -> Refusal | None:
    """Count one attempt for the account name (real or not) and the address; a Refusal when it must wait.

    A refused attempt is not counted: impatience does not lengthen the wait.
    """
    return _charged(_keys(username, address), FREE)


@transaction.atomic
def charge_use(purpose: str, by: Mapping[str, str], free: Mapping[str, int]) -> Refusal | None:
    """Count one use of something that nobody signs in for; a Refusal when it must wait.

    `by`: what it is counted by (kind, at most 15 letters -> an address, a number; kept as keyed hashes), `free`: how
    many uses of each kind cost nothing. Waits grow as for sign-in and are forgotten after a day without use.
    """
    keys = [(kind, f"{kind}:{keyed_hash(purpose, by[kind]).hex()}") for kind in sorted(by)]
    refusal = _charged(keys, free)
    _forget(timezone.now())
    return refusal


def _charged(keys: Iterable[tuple[str, str]], free: Mapping[str, int]) -> Refusal | None:
    now = timezone.now()
    rows = _locked(keys, now)
    blocked = [row.blocked_until for _, row in rows if row.blocked_until and row.blocked_until > now]
    if blocked:
        return Refusal(max(blocked))
    for kind, row in rows:
        if now - row.last_at >= FORGOTTEN_AFTER:
            row.failures = 0
        row.failures += 1
        row.last_at = now
        wait = wait_after(row.failures, free[kind])
        row.blocked_until = now + wait if wait else None
        row.save()
    return None


@transaction.atomic
def give_back(username: str, address: str | None) -> None:
    """The attempt was right: the account starts anew, the address gets this one attempt back."""
    now = timezone.now()
    for kind, row in _locked(_keys(username, address), now):
        row.failures = 0 if kind == "account" else max(0, row.failures - 1)
        row.blocked_until = None
        row.save()
    _forget(now)


def _forget(now) -> None:
    # Rows that somebody is counting on right now are left for the next time: no waiting, no deadlock.
    old = SignInThrottle.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).select_for_update(skip_locked=True)
    SignInThrottle.objects.filter(pk__in=[row.pk for row in old[:500]]).delete()


def _keys(username, address) -> list[tuple[str, str]]:
    keys = [("account", normalised(username))]
    if address:
        keys.append(("address", address))
    return [(kind, f"{kind}:{keyed_hash('sign-in', text).hex()}") for kind, text in keys]


def _locked(keys: Iterable[tuple[str, str]], now) -> list[tuple[str, SignInThrottle]]:
    """(kind, locked row) for each key, made when new; always account before address, so nobody deadlocks."""
    found = []
    for kind, key in keys:
        # The upsert that changes nothing makes the row or locks it, in one statement.
        SignInThrottle.objects.bulk_create(
            [SignInThrottle(key=key, last_at=now)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["key"],
        )
        found.append((kind, SignInThrottle.objects.get(key=key)))
    return found
