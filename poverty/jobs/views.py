"""Jobs: list, page, progress, run again, cancel. Whoever started a job sees it, and who holds job.view
there.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from poverty.audit import naming
from poverty.jobs.filters import JobFilter
from poverty.jobs.models import Job
from poverty.jobs.services import queue
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import signed_in


@require_http_methods(["GET"])
@signed_in
def job_list(request):
    """Newest first."""
    shown = JobFilter(request.GET, Job.objects.visible_to(request.user), user=request.user)
    rows = shown.qs.select_related("created_by")
    page = keyset_page(rows, order=(("id", "desc"),), after=request.GET.get("page"))
    count, exact = count_up_to(shown.qs)
    places = naming.place_names(job.area_code for job in page.rows)
    rows = [(job, places.get(job.area_code, job.area_code or "全国")) for job in page.rows]
    context = {"filter": shown, "page": page, "rows": rows, "count": count, "exact": exact}
    return render(request, "jobs/list.html", context)


@require_http_methods(["GET"])
@signed_in
def job_page(request, pk):
    """One job: how far it is, why it failed, what it brought, its earlier and later tries."""
    job = _visible(request, pk)
    others = Job.objects.visible_to(request.user).filter(key=job.key).exclude(pk=job.pk).order_by("-pk")
    places = naming.place_names([job.area_code])
    context = {"job": job, "others": others[:10], "place": places.get(job.area_code, job.area_code or "全国")}
    return render(request, "jobs/job.html", context)


@require_http_methods(["GET"])
@signed_in
def progress(request, pk):
    """The progress alone; it asks again every two seconds until the job is over, which the page then hears, or for
    which it is loaded again (`reload`): what its heading and buttons said is no longer so.
    """
    job = _visible(request, pk)
    reload = bool(request.GET.get("reload"))
    back = request.htmx.current_url_abs_path if reload else ""
    answer = render(request, "jobs/_progress.html", {"job": job, "reload": reload, "back": back})
    if not job.is_live:
        answer["HX-Refresh" if reload else "HX-Trigger"] = "true" if reload else "job-over"
    return answer


@require_http_methods(["POST"])
@signed_in
def retry(request, pk):
    """Run a failed or cancelled job again; goes to the new one."""
    job = _visible(request, pk)
    try:
        new = queue.retry(job, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(reverse("jobs:job", args=[job.pk]))
    messages.success(request, f"{new.label}已重新排队。")
    return HttpResponseRedirect(_back(request) or reverse("jobs:job", args=[new.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
def cancel(request, pk):
    """Asks first: what has been written stays, what is in progress is given up."""
    job = _visible(request, pk)
    queue.require_may_steer(job, request.user)
    page = reverse("jobs:job", args=[job.pk])
    if request.method == "POST":
        try:
            queue.cancel(job, actor=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            done = job.state == "cancelled"
            messages.success(request, "已取消。" if done else "已请求停止，任务会在当前一步做完后停下。")
        return HttpResponseRedirect(_back(request) or page)
    context = {
        "question": f"取消“{job.label}”？",
        "losses": ["尚未处理的部分不再处理。", "已写入的结果保留。"],
        "action": "取消任务",
        "cancel_url": _back(request) or page,
        "danger": True,
    }
    return render(request, "jobs/cancel.html", context)


def _visible(request, pk):
    jobs = Job.objects.visible_to(request.user).select_related("created_by")
    return get_object_or_404(jobs, pk=pk)


def _back(request):
    """Where the button was pressed, when that is one of our own pages."""
    url = request.POST.get("next", "") or request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url and own else ""
