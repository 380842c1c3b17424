"""Getting a standard for a page: out of sight or out of place is 404 alike."""

from django.http import Http404

from poverty.areas.models import Area, Level
from poverty.standards.models import Standard


def visible(user, pk: int) -> Standard:
    """Return a standard that the user may see, with its people, or 404."""
    standard = (
        Standard.objects.visible_to(user)
        .select_related("drafted_by", "published_by", "corrects")
        .prefetch_related("requirements")
        .filter(pk=pk)
        .first()
    )
    if standard is None:
        raise Http404
    return standard


def in_place(user, pk: int, right: str) -> Standard:
    """Return a standard in whose area the user holds a right, or 404."""
    standard = visible(user, pk)
    if not user.has_right_at(right, standard.area_code):
        raise Http404
    return standard


def draft_areas(user, day) -> list[Area]:
    """Return the areas for which a user may draft: down to the township, from a province down to the
    county.
    """
    scope = user.scope("standard.draft").areas
    wide = any(len(code) < Level.COUNTY for code in scope)
    lowest = Level.COUNTY if wide else Level.TOWNSHIP
    areas = Area.objects.inside_scope(user, "standard.draft").in_force(day)
    return list(areas.filter(level__lte=lowest).order_by("code"))


def area_names(codes) -> dict[str, str]:
    """Return names by area code, 全国 for "", in one query; a code that is gone keeps its number."""
    wanted = set(codes)
    names = {area.code: area.name for area in Area.objects.filter(code__in=wanted - {""})}
    return {code: names.get(code, code) if code else "全国" for code in wanted}
