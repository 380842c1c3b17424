"""What can be done to places: one function per verb."""

from poverty.areas.services.changes import change_area, rename
from poverty.areas.services.imports import import_areas
from poverty.areas.services.settlements import (
    add_settlement,
    change_settlement,
    close_settlement,
    may_set_fact,
    register_rest,
    register_use,
    set_fact,
)

__all__ = [
    "add_settlement",
    "change_area",
    "change_settlement",
    "close_settlement",
    "import_areas",
    "may_set_fact",
    "register_rest",
    "register_use",
    "rename",
    "set_fact",
]
