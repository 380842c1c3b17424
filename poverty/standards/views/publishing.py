"""Before publishing: what changes, what is missing, whom it concerns. The publishing itself is posted to the
households' page, since it re-judges the households in the same go.
"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from poverty.standards import services
from poverty.standards.differences import deviations, differences
from poverty.standards.models import Standard
from poverty.standards.views.fetching import in_place
from poverty.web.rights import requires


@require_safe
@requires("standard.publish")
def confirm(request, pk: int):
    """The last look before publishing: the difference to what is in force, the effect, and what stands in
    the way.
    """
    standard = in_place(request.user, pk, "standard.publish")
    if not standard.is_draft:
        messages.warning(request, f"本标准{standard.get_status_display()}，不能再发布。")
        return redirect("standards:detail", pk)
    current = (
        Standard.objects.published()
        .at(standard.area_code, standard.year, standard.subject)
        .prefetch_related("requirements")
        .first()
    )
    problems = services.problems(standard, actor=request.user)
    return render(
        request,
        "standards/publish.html",
        {
            "standard": standard,
            "current": current,
            "changes": differences(current, standard),
            "deviations": deviations(standard),
            "problems": problems.messages if problems else [],
            "has_scan": services.scans_of(standard, request.user).exists(),
            "has_income": any(row.indicator == "income" for row in standard.requirements.all()),
            # Pages of households, by name: standards do not know that app.
            "preview_url": _url("households:standard-preview", pk),
            "publish_url": _url("households:standard-publish", pk),
        },
    )


def _url(name: str, pk: int) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""
