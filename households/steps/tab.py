"""工作步骤 on the household's page, one line: beside the verdict, which never reads it."""

from households.models import StepMethod
from households.steps.standing import lines_of, position_in


def step_line(head) -> tuple | None:
    """(method, its steps, how many are done) of a household that is seen whole; None where the county has no method.

    Two queries.
    """
    method = StepMethod.objects.in_force(head.household.area_id, head.year)
    if method is None:
        return None
    lines = lines_of(head.household, method, head.year)
    return method, lines, position_in(lines)
