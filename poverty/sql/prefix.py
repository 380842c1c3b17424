"""The code is the path: what lies below an area is a range of codes in "C" order."""

from collections.abc import Iterable

from django.db.models import Q


def next_code(code: str) -> str:
    """Return the smallest string above every string that begins with `code`.

    The last character is raised, not the number: "2299" gives "229:", because the number 2300 would leave the
    province code "23" (which sorts between "2299" and "2300") inside the range.
    """
    if not code:
        raise ValueError("The empty prefix has no upper bound.")
    return code[:-1] + chr(ord(code[-1]) + 1)


def within(field: str, codes: Iterable[str]) -> Q:
    """Return the condition that `field` lies in `codes`; it holds an area code or is a foreign key to Area.

    Each code stands for itself and all below it. "" means everywhere. No codes mean nowhere: a scope without
    places selects no row. NULL and "" in the column are selected only by "". Safe to combine with & and |.
    """
    kept: list[str] = []
    for code in sorted(set(codes)):
        if code == "":
            return ~Q(pk__in=[])
        if not kept or not code.startswith(kept[-1]):
            kept.append(code)
    condition = Q(pk__in=[])
    for code in kept:
        condition |= Q(**{f"{field}__gte": code, f"{field}__lt": next_code(code)})
    return condition
