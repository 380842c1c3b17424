"""Labels for the covers of handbooks, the page that a scanned label opens, and papers filed by their label."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from households.archive.labels import address_of
from households.disclosure import disclosure
from households.services.archive import issue_labels
from households.services.papers import ROLE, file_by_label, labelled
from households.views.archive import KEEP, village_for
from poverty.files.kinds import Kind, accepts
from poverty.web.qr_codes import drawing_of
from poverty.web.rights import requires

MOST_AT_ONCE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*KEEP)
def label_sheet(request, code):
    """The labels of a village for print; POST draws codes for the households that have none yet."""
    village, households = village_for(request, code)
    if request.method == "POST":
        made = issue_labels(households, actor=request.user)
        messages.success(request, f"已新制 {made} 户的标签。" if made else "各户都已有标签。")
        return HttpResponseRedirect(reverse("households:archive-labels", args=[code]))
    base = request.build_absolute_uri("/")
    labels, missing = [], 0
    for one in households:
        if hasattr(one, "label"):
            labels.append((one, drawing_of(address_of(one.label.code, base))))
        else:
            missing += 1
    context = {
        "village": village,
        "labels": labels,
        "missing": missing,
        "back": f"{reverse('households:archive')}?area={code}",
    }
    return render(request, "households/archive/labels.html", context)


@require_safe
@requires("household.view")
@never_cache
def label(request, code):
    """The household of a scanned label, on the phone: 拍资料. Out of scope is 404, as an unknown code is."""
    household = labelled(code, request.user)
    if household is None or not disclosure(request.user, household).whole:
        raise Http404
    context = {"household": household, "role": ROLE}
    return render(request, "households/archive/label.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("photo.edit")
def papers(request):
    """Photos of papers with their labels: each is filed at the household whose label it shows."""
    context = {"accepts": accepts(Kind.PHOTO), "most": MOST_AT_ONCE}
    if request.method == "POST":
        incoming = request.FILES.getlist("files")
        filed, refused = [], []
        for item in incoming[:MOST_AT_ONCE]:
            try:
                made = file_by_label(item, actor=request.user)
            except ValidationError as error:
                refused.append((item.name, error.messages[0]))
            else:
                filed.append((item.name, made.case_id))
        if not incoming:
            refused.append(("没有收到文件", "请先选择照片。"))
        refused += [
            (item.name, f"一次最多 {MOST_AT_ONCE} 张，请分几次上传。") for item in incoming[MOST_AT_ONCE:]
        ]
        context |= {"filed": filed, "refused": refused}
    status = 422 if context.get("refused") and not context.get("filed") else 200
    return render(request, "households/archive/papers.html", context, status=status)
