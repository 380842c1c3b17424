"""Files: page, download, pictures, the gallery of a case, uploading, taking back.

A file is served only by these views, and only to who sees one of its cases. The original goes out as a
download; what a page shows is the re-encoded picture.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from poverty.audit import naming
from poverty.files import cases, images, services, storage
from poverty.files.galleries import attachable, gallery
from poverty.files.models import FileLink, Picture, StoredFile
from poverty.web.rights import MissingRight, requires


@require_http_methods(["GET"])
@requires("file.view")
def file_page(request, pk):
    """One file: what it is, when and where it was taken, what it belongs to (as far as the viewer sees
    that).
    """
    file = _visible(request, pk)
    links = FileLink.objects.visible_to(request.user).filter(file=file).select_related("linked_by")
    rows = list(links.order_by("pk")[:200])
    context = {
        "file": file,
        "name": rows[0].name if rows else file.name,
        "rows": _belongings(rows, request.user),
    }
    return render(request, "files/file.html", context)


@require_http_methods(["GET"])
@requires("file.view")
def original(request, pk):
    """The file as it was brought, as a download. Its notes (place, device) are part of the evidence."""
    file = _visible(request, pk)
    link = FileLink.objects.visible_to(request.user).filter(file=file).order_by("pk").first()
    name = link.name if link else file.name
    return _served(request, file.path, file.sha256, file.content_type, as_attachment=True, filename=name)


@require_http_methods(["GET"])
@requires("file.view")
def picture(request, pk, size):
    """The re-encoded picture of an image ("small", "large"): upright, without the camera's notes."""
    file = _visible(request, pk)
    if size not in images.SIZES or file.picture != Picture.READY:
        raise Http404
    return _served(request, storage.picture_path(file.sha256, size), f"{file.sha256}.{size}", "image/jpeg")


@require_http_methods(["GET"])
@requires("file.view")
def gallery_part(request, case_type, case_id, role):
    """The list of files of a case in a role; it asks again while pictures are being made."""
    found = gallery(request.user, case_type, case_id, role)
    if found is None:
        raise Http404
    part = "files/_files.html" if request.GET.get("part") == "files" else "files/_gallery.html"
    return render(request, part, {"gallery": found})


@require_http_methods(["POST"])
@requires("file.add")
def upload(request, case_type, case_id, role):
    """Take one or more files for a case. Each is kept or refused by itself, with its reason."""
    if gallery(request.user, case_type, case_id, role) is None:
        raise Http404
    case = attachable(request.user, case_type, case_id, role)
    if case is None:
        raise MissingRight(("file.add",))
    kept, refused = _take(request, case, case_type, role)
    if request.htmx:
        found = gallery(request.user, case_type, case_id, role, refused=refused)
        return render(request, "files/_gallery.html", {"gallery": found, "kept": kept})
    if kept:
        messages.success(request, f"已上传 {kept} 个文件。")
    for name, reason in refused:
        messages.error(request, f"{name}：{reason}")
    return HttpResponseRedirect(_back(request) or naming.case_type(case_type).url(case_id) or "/")


@require_http_methods(["GET", "POST"])
@requires("file.add")
def remove(request, pk):
    """Take a file back from a case, with the reason; it stays on record."""
    link = get_object_or_404(FileLink.objects.visible_to(request.user).select_related("file"), pk=pk)
    case = attachable(request.user, link.case_type, link.case_id, link.role)
    if case is None:
        raise MissingRight(("file.add",))
    back = naming.case_type(link.case_type).url(link.case_id) or "/"
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST" and reason:
        try:
            services.unlink(link, actor=request.user, area_code=getattr(case, "area_code", ""), reason=reason)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, "已移除。")
        return HttpResponseRedirect(back)
    context = {
        "link": link,
        "question": f"从这里移除“{link.name}”？",
        "losses": ["文件不再显示在这里；原件和移除记录保留。"],
        "action": "移除文件",
        "cancel_url": back,
        "danger": True,
        "missing": request.method == "POST",
    }
    return render(request, "files/remove.html", context, status=422 if request.method == "POST" else 200)


def _belongings(links, user) -> list[tuple[FileLink, str, str, str]]:
    """(link, type of case, what the case is called, address of its page) of links; one query for each type."""
    wanted: dict[str, list[int]] = {}
    for link in links:
        wanted.setdefault(link.case_type, []).append(link.case_id)
    named = {}
    for case_type, keys in wanted.items():
        if case := cases.get(case_type):
            named |= {(case_type, one.pk): str(one) for one in case.rows(user).filter(pk__in=keys)}
    rows = []
    for link in links:
        kind = naming.case_type(link.case_type)
        name = named.get((link.case_type, link.case_id), str(link.case_id))
        rows.append((link, kind.label, name, kind.url(link.case_id)))
    return rows


def _take(request, case, case_type, role):
    """(number kept, [(name, reason)]) of what came in."""
    kind = cases.get(case_type).roles[role].kind
    area_code = getattr(case, "area_code", "")
    kept, refused = 0, []
    incoming = request.FILES.getlist("files")
    if not incoming:
        refused.append(("没有收到文件", "请先选择文件。"))
    for item in incoming:
        try:
            file = services.store(item, actor=request.user, area_code=area_code, kind=kind)
        except ValidationError as error:
            refused.append((item.name, error.messages[0]))
            continue
        services.link(
            file, case, role=role, note=request.POST.get("note", "").strip()[:200], actor=request.user
        )
        kept += 1
    return kept, refused


def _visible(request, pk):
    return get_object_or_404(StoredFile.objects.one_visible_to(request.user, pk))


def _served(request, path, tag, content_type, **options):
    """The response with its headers. Kept by this browser alone, and asked for again each time: rights may
    change.
    """
    etag = quote_etag(tag)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            content = path.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(content, content_type=content_type, **options)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _back(request):
    """Where the form stood, when that is one of our own pages."""
    url = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url and own else ""
