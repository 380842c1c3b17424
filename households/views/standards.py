"""What a standard does to households: its effect beforehand, publishing it, and the judging that follows."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.models import AssessmentRun
from households.services.preview import RIGHTS, SHOWN, preview
from households.services.publishing import publish_and_judge
from households.services.running import KIND
from poverty.jobs.models import Job
from poverty.review.errors import ChangedMeanwhile
from poverty.sql.prefix import within
from poverty.standards.views.fetching import in_place, visible
from poverty.web.rights import requires

COMMENT_LENGTH = 500


@require_safe
@requires(*RIGHTS)
def standard_preview(request, pk: int):
    """The effect of a draft on households, alone (htmx) or as a page; each look is logged."""
    standard = visible(request.user, pk)
    if not any(request.user.has_right_at(right, standard.area_code) for right in RIGHTS):
        raise Http404
    context = {"standard": standard, "shown": SHOWN}
    if standard.is_draft:
        try:
            context["effect"] = preview(standard, actor=request.user)
        except ValidationError as error:
            context["problem"] = "；".join(error.messages)
    else:
        context["problem"] = f"本标准{standard.get_status_display()}，不再试算；发布后的变化见判定运行。"
    part = bool(request.htmx)
    return render(request, f"households/standards/{'_effect' if part else 'preview'}.html", context)


@require_http_methods(["POST"])
@requires("standard.publish")
def standard_publish(request, pk: int):
    """Publish a draft and put the judging of its counties in line; then the standard, with the progress."""
    standard = in_place(request.user, pk, "standard.publish")
    comment = request.POST.get("comment", "").strip()[:COMMENT_LENGTH]
    try:
        standard, jobs = publish_and_judge(standard, actor=request.user, comment=comment)
    except ChangedMeanwhile as error:
        messages.error(request, "；".join(error.messages))
        return redirect("standards:detail", pk)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return HttpResponseRedirect(reverse("standards:publish", args=[pk]))
    waiting = f"，{len(jobs)} 个县的户正在重新判定" if jobs else "；本年度没有开启，暂不判定"
    messages.success(request, f"标准已发布{waiting}。")
    return redirect("standards:detail", pk)


@require_safe
@requires("run.view")
def standard_judging(request, pk: int):
    """The judging that the publishing of a standard set going: jobs in progress, then runs. A part of a page."""
    standard = visible(request.user, pk)
    jobs, runs = [], []
    if standard.published_at:
        here = within("area_code", [standard.area_code])
        since = Job.objects.visible_to(request.user).filter(
            here, kind=KIND, created_at__gte=standard.published_at
        )
        jobs = [job for job in since.live().order_by("pk")[:10] if job.params.get("year") == standard.year]
        runs = AssessmentRun.objects.visible_to(request.user).filter(
            here,
            year=standard.year,
            trigger=AssessmentRun.Trigger.PUBLISH,
            started_at__gte=standard.published_at,
        )
    context = {"standard": standard, "jobs": jobs, "runs": list(runs.order_by("pk")[:10]) if runs else []}
    return render(request, "households/standards/_judging.html", context)
