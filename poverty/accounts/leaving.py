"""What has to be settled in a browser before its session ends; apps above register it (households.registrations)."""

from collections.abc import Callable

from django.http import HttpRequest

_askers: list[Callable[[HttpRequest], str]] = []


def register(asker: Callable[[HttpRequest], str]) -> None:
    """`asker(request)` answers the address to go to first, "" when nothing is open."""
    if asker not in _askers:
        _askers.append(asker)


def first(request: HttpRequest) -> str:
    """Where somebody who signs out has to go first, "" when he may leave."""
    return next((address for asker in _askers if (address := asker(request))), "")
