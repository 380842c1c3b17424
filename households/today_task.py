"""One line of work on 我的工作."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """How many of what, and where it is done ("": nowhere). `urgent`: red when not zero."""

    label: str
    count: int
    url: str = ""
    icon: str = "clock"
    urgent: bool = False
    hint: str = ""
    unit: str = "项"
