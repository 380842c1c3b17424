"""The area and the year a person is working in: what the top bar shows and pages start from.

`?area=` and `?year=` in the address win (a link shares a view), then what was chosen in this session,
then the person's own area and the latest year that can be worked in. This is a convenience, never a right:
scope is `visible_to(user)`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

FIRST_YEAR = 2013  # 建档立卡 began in 2014 with the figures of 2013
LAST_YEAR = 2100


@dataclass(frozen=True)
class Chosen:
    """What the top bar shows. `area_code` "" means the whole country or that the person has no area."""

    area_code: str
    area_name: str
    year: int


@dataclass(frozen=True)
class AreaChoice:
    """An area that can be chosen; depth 0 is the person's own."""

    code: str
    name: str
    depth: int


def _no_home(user) -> tuple[str, str]:
    return "", ""


def _no_choices(user, code: str) -> list[AreaChoice]:
    return []


def recent_years(user) -> list[int]:
    """The years since the register began, latest first: what there is before any county has opened one."""
    this_year = timezone.localdate().year
    return list(range(this_year, FIRST_YEAR - 1, -1))


# Set by poverty.accounts when it is ready.
# (user) -> code and name of the person's own area, ("", "") without one.
area_home: Callable[[object], tuple[str, str]] = _no_home
# (user, code) -> the way from the person's own areas down to `code`, and the areas right below it; nothing
# outside the person's scope is ever among them.
area_choices: Callable[[object, str], list[AreaChoice]] = _no_choices
# Set by households when it is ready: (user) -> years that can be worked in, latest first.
years: Callable[[object], list[int]] = recent_years


def chosen(request) -> Chosen:
    """The area and year of this request, worked out once. Outside the scope: one's own area."""
    if not hasattr(request, "_chosen"):
        request._chosen = Chosen(*_area(request), _year(request))
    return request._chosen


def choices(request, code: str) -> list[AreaChoice]:
    """`area_choices` for the person of this request: asked once for a code, since frame and filter show the same."""
    kept = request.__dict__.setdefault("_area_choices", {})
    if code not in kept:
        kept[code] = area_choices(request.user, code)
    return kept[code]


def choose(request, *, area_code: str = "", area_name: str = "", year: int | None = None) -> Chosen:
    """Say what a request is about without asking its session: the API has none, and must not begin one."""
    if year is None:
        year = next(iter(years(request.user)), timezone.localdate().year)
    request._chosen = Chosen(area_code, area_name, year)
    return request._chosen


def _area(request):
    user = getattr(request, "user", None)
    if not getattr(user, "is_authenticated", False):
        return "", ""
    session = request.session
    asked = request.GET.get("area", "")
    if asked.isdecimal() and asked != session.get("area_code"):
        name = next((a.name for a in choices(request, asked) if a.code == asked), None)
        if name is not None:
            return asked, name
    if "area_code" not in session:
        session["area_code"], session["area_name"] = area_home(user)
    return session["area_code"], session["area_name"]


def _year(request):
    asked = request.GET.get("year", "")
    if asked.isdecimal() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR:
        return int(asked)
    user = getattr(request, "user", None)
    if not getattr(user, "is_authenticated", False):
        return timezone.localdate().year
    if "year" not in request.session:
        request.session["year"] = next(iter(years(user)), timezone.localdate().year)
    return request.session["year"]


def remember(request, area_code: str | None, year: int | None) -> bool:
    """Keep a choice for this session; False for an area that is not the person's or an unknown year."""
    if area_code is not None:
        choice = next((a for a in choices(request, area_code) if a.code == area_code), None)
        if choice is None:
            return False
        request.session["area_code"], request.session["area_name"] = choice.code, choice.name
    if year is not None:
        if year not in years(request.user):
            return False
        request.session["year"] = year
    return True
