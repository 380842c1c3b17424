"""Figures of policies, of employment and of students without a teacher as they were worked out last (services/figuring.py),
for whoever sees a place whole.

Who sees some households of a place only (his own, as helper) is always counted for live, and so is a policy that was
published since, or that asks about a line which differs inside the county, below it: there lists and figures go by the
line of their own place.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Q, Sum

from households.benefits.conditions import lines_needed
from households.benefits.models import Policy
from households.benefits.models.figures import COUNTY, TOWNSHIP, CoverageFigure, CoverageRun, PeopleFigure
from poverty.areas.querysets import codes_above
from poverty.parameters.models import Parameter
from poverty.sql.prefix import within


def run_of(area_code: str, year: int) -> CoverageRun | None:
    """The last run over the county of a place; None: never worked out."""
    return CoverageRun.objects.filter(area_code=area_code[:COUNTY], year=year).first()


def stored_of(
    run: CoverageRun | None, policies: Sequence[Policy], areas: Iterable[str], area_code: str
) -> list[Policy]:
    """Those of some policies whose figures at a place are stored, for whoever sees `areas` whole."""
    if run is None or not any(area_code.startswith(one) for one in areas):
        return []
    counted = set(run.policies)
    own = _own_lines(policies, area_code)
    return [one for one in policies if one.pk in counted and not (own and lines_needed([one]) & own)]


def _own_lines(policies: Sequence[Policy], area_code: str) -> set[str]:
    """The lines that policies ask about and of which a place inside a county has, or had, a value of its own."""
    codes = lines_needed(policies) if len(area_code) > COUNTY else set()
    if not codes:
        return set()
    above = [code for code in codes_above(area_code) if len(code) > COUNTY]
    own = Parameter.objects.filter(within("area_code", [area_code]) | Q(area_code__in=above), code__in=codes)
    return set(own.filter(replaced_at__isnull=True).values_list("code", flat=True))


def figures_of(run: CoverageRun, policies: Iterable[Policy], area_code: str, length: int):
    """Rows of policies for the places of a code length in a place."""
    rows = CoverageFigure.objects.filter(
        within("area_code", [area_code]), run=run, length=length, policy__in=[one.pk for one in policies]
    )
    return rows.defer("terms")


def terms_of(run: CoverageRun, policies: Iterable[Policy], area_code: str) -> dict[tuple[int, str], int]:
    """{(policy id, term): entitled and not paid in it} of a place."""
    rows = CoverageFigure.objects.filter(
        run=run, length=len(area_code), area_code=area_code, policy__in=[one.pk for one in policies]
    )
    return {
        (policy, period): number
        for policy, terms in rows.values_list("policy_id", "terms")
        for period, number in terms.items()
    }


def people_run(areas: Iterable[str], area_code: str, year: int) -> CoverageRun | None:
    """The last run whose figures of employment and students say what a person counts at a place, who sees `areas` whole:
    None where he sees only a part of it, or none was worked out.
    """
    if not any(area_code.startswith(one) for one in areas):
        return None
    run = run_of(area_code, year)
    return run if run is not None and run.with_people else None


def people_of(run: CoverageRun, area_code: str, length: int):
    """Rows of employment and students for the places of a code length in a place, in the order of their codes."""
    rows = PeopleFigure.objects.filter(within("area_code", [area_code]), run=run, length=length)
    return rows.order_by("area_code")


def students_without_of(run: CoverageRun, area_code: str) -> int:
    """Students of a place without a teacher."""
    rows = people_of(run, area_code, max(TOWNSHIP, len(area_code)))
    return rows.aggregate(found=Sum("students_without", default=0))["found"]
