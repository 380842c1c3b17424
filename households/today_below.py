"""What the apps below put among the lines of 我的工作: they say it here, since they are not known above.

register(lambda user, area_code: [Task("没有考评的驻村工作队", 3, url), ...])
"""

from collections.abc import Callable, Iterable

from households.today_task import Task

_sources: list[Callable[..., Iterable[Task]]] = []


def register(source: Callable[..., Iterable[Task]]) -> None:
    """Add a source: (user, area_code) -> lines of who arranges helping; only of what is there."""
    if source not in _sources:
        _sources.append(source)


def tasks(user, area_code: str) -> list[Task]:
    """All of them, in the order of the sources."""
    return [one for source in _sources for one in source(user, area_code)]
