"""How a case stands in a list, a minute or a sheet on the wall (procedures.md 2.1, forms found)."""

from django.db.models import QuerySet

from poverty.review.workflows import CaseLine


def lines(cases: QuerySet) -> dict[int, CaseLine]:
    """户主姓名, 村民小组 and 家庭人口数 by case; nothing else goes on a wall."""
    rows = cases.values_list("pk", "household__head_name", "household__settlement__name", "household__size")
    return {pk: CaseLine(name, group or "", persons) for pk, name, group, persons in rows}
