"""The tab 帮扶 of a household's page: what lacks and who closes it, the plan, measures, needs."""

from households.case_head import CaseHead
from households.goods.tab import goods_lines
from households.models import Gap, HelpPlan, Measure, Need
from households.steps.tab import step_line

_SHOWN = 30


def help_tab(head: CaseHead) -> dict:
    """Open gaps of the year with their measures, the year's plan, the latest measures and needs, the four goods,
    and how far the county's steps are; ten queries.
    """
    household = head.household
    sees = head.can("measure.view")
    measures = list(Measure.objects.filter(household=household).order_by("-id")[:_SHOWN]) if sees else []
    gaps = list(
        Gap.objects.filter(household=household, year=head.year)
        .select_related("assigned_to")
        .order_by("closed_on", "due_on", "id")
    )
    open_gaps = [one for one in gaps if one.is_open]
    for one in open_gaps:
        one.measures_now = [measure for measure in measures if measure.gap_id == one.pk]
    return {
        "gap_rows": open_gaps,
        "closed": [one for one in gaps if not one.is_open][-_SHOWN:],
        "plan": HelpPlan.objects.filter(household=household, year=head.year).first() if sees else None,
        "measures": measures,
        "needs": list(Need.objects.filter(household=household).order_by("-id")[:_SHOWN])
        if head.can("need.view")
        else [],
        "goods": goods_lines(head),
        "steps": step_line(head),
        "may_help": head.is_open and head.can("measure.edit"),
        "may_raise": head.is_open and head.can("need.raise"),
    }
