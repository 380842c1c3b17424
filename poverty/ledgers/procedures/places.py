"""Where something was posted, held or decided: by its code alone, since it stays with the place of that day."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Left, Length

from poverty.areas.models import Area
from poverty.audit import naming
from poverty.ledgers.columns import Column
from poverty.ledgers.ledger import Derived

RIGHT = "household.export"
_LEVELS = {"county": 6, "township": 9, "village": 12}


def place_names(area: str = "area_code") -> dict[str, Subquery]:
    """Annotations with the names of county, township and village of a code; NULL below the level of the place."""

    def named(length: int) -> Subquery:
        # A place above that level has a shorter code, whose beginning is its own.
        level_of = Area.objects.annotate(length=Length("code")).filter(length=length)
        found = level_of.filter(code=Left(OuterRef(area), length))
        return Subquery(found.values("name")[:1])

    return {f"its_{level}": named(length) for level, length in _LEVELS.items()}


def place_columns() -> tuple[Column, ...]:
    """县, 乡（镇） and 行政村 of rows with the annotations of `place_names`."""
    return (
        Column("county", "县（市、区）", source="its_county", width=14),
        Column("township", "乡（镇）", source="its_township", width=14),
        Column("village", "行政村", source="its_village", width=14),
    )


def procedure_column(case_type: str) -> Column:
    """事项: the procedure whose cases these are, by the name of its cases."""
    return Column(
        "procedure", "事项", source=Derived((case_type,), lambda code: naming.case_type(code).label), width=14
    )
