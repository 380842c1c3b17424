"""Leaders and units that answer for villages and have no paper of the year (责任双签: seed-facts.md F12)."""

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q

from households.helping.expected import Expected
from households.models import Responsibility
from poverty.sql.prefix import within
from villages.models import VillagePost

_POSTS = ("leader", "unit")
_NAMED = 3  # villages that are named; of more their number


def expected_holders(user, area_code: str, year: int) -> list[Expected]:
    """Holders of today in an area, each once, whom no current paper of the year names; two queries."""
    papers = Responsibility.objects.current().filter(year=year, household__isnull=True)
    by_person = Q(post="leader") & Exists(papers.filter(person=OuterRef("person")))
    by_unit = Q(post="unit") & Exists(papers.filter(unit=OuterRef("unit")))
    rows = (
        VillagePost.objects.visible_to(user)
        .open_on()
        .filter(within("village__area_id", [area_code]), post__in=_POSTS)
        .exclude(by_person)
        .exclude(by_unit)
        .select_related("person", "unit", "village__area")
        .order_by("post", "village__area_id")
    )
    found: dict[tuple, list[VillagePost]] = {}
    for row in rows:
        found.setdefault((row.post, row.person_id or row.unit_id), []).append(row)
    return [_told(rows) for rows in found.values()]


def _told(rows: list[VillagePost]) -> Expected:
    row = rows[0]
    names = "、".join(one.village.area.name for one in rows[:_NAMED])
    known = {"unit": row.unit_id or "", "name": row.person.name if row.person_id else ""}
    return Expected(
        what=row.get_post_display(),
        side=row.holder,
        places=f"{names}等 {len(rows)} 个村" if len(rows) > _NAMED else names,
        query=urlencode({name: value for name, value in known.items() if value}),
    )
