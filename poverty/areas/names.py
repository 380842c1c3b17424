"""Names of many places at once: one query, however many codes are asked for."""

from collections.abc import Iterable

from poverty.areas.models import Area, Level
from poverty.areas.querysets import ancestors_of


def full_names(codes: Iterable[str], *, below: str = "") -> dict[str, str]:
    """Return the full name by code: "吉林省通化市二道江区鸭园镇二道沟村".

    With `below` the names of that area and of those above it are left out: below "220503" it is
    "鸭园镇二道沟村". A code that is not here is missing in the answer; an ancestor that is not here is
    skipped. "" is ignored.
    """
    wanted = {code for code in codes if code}
    paths = {
        code: [step for step in (*ancestors_of(code), code) if len(step) > len(below)] for code in wanted
    }
    needed = wanted.union(*paths.values())
    names = dict(Area.objects.filter(code__in=needed).values_list("code", "name")) if needed else {}
    return {
        code: "".join(names.get(step, "") for step in path) or names[code]
        for code, path in paths.items()
        if code in names
    }


def short_names(codes: Iterable[str]) -> dict[str, str]:
    """Return names by code, those below the county with the place right above: "鸭园镇二道沟村"."""
    wanted = {code for code in codes if code}
    above = {code: ancestors_of(code)[-1] for code in wanted if len(code) > Level.COUNTY}
    needed = wanted | set(above.values())
    names = dict(Area.objects.filter(code__in=needed).values_list("code", "name")) if needed else {}
    return {code: names.get(above.get(code, ""), "") + names[code] for code in wanted if code in names}
