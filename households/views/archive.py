"""户有证、村有册、乡有簿、县有电子档案: pages to print, and electronic files to take out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.archive.cards import cards
from households.archive.printing import printed
from households.disclosure import whole_to
from households.forms.archive import REVEAL, ArchiveForm
from households.ledgers.village_register import TOWNSHIP_BOOK, VILLAGE_REGISTER, book_rows, register_rows
from households.models import ArchiveFile, Household
from households.services import archive as service
from households.views.reaching import household_for, sent
from poverty.areas.models import Area, Level
from poverty.areas.names import full_names
from poverty.ledgers.outgoing import vault
from poverty.sql.prefix import within
from poverty.web.chosen import choices as area_choices
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import MissingRight, requires

TAKE = service.RIGHT
# Who keeps a village's register prints it, though he takes no file out.
KEEP = ("household.export", "register.propose")


@require_safe
@requires(*KEEP)
def overview(request):
    """What can be printed and taken out at the chosen area, and the places below it."""
    code = _place(request)
    below = Area.objects.filter(parent_id=code or None, valid_to=None).order_by("code")
    context = {
        "area": Area.objects.filter(code=code).first(),
        "code": code,
        "areas": [(one.code, "　" * one.depth + one.name) for one in area_choices(request, code)],
        "is_village": len(code) == Level.VILLAGE,
        "below": [] if len(code) == Level.VILLAGE else below.filter(within("code", _keeps(request.user))),
        "may_take": request.user.has_right_at(TAKE, code),
        "year": chosen(request).year,
        "files": ArchiveFile.objects.filter(actor=request.user).select_related("job", "household")[:5],
    }
    return render(request, "households/archive/overview.html", context)


@require_safe
@requires("household.view")
def card(request, pk):
    """The card of one household, for print."""
    household = household_for(request.user, pk, "household.view")
    return _cards(request, [household], back=reverse("households:detail", args=[pk]))


@require_safe
@requires(*KEEP)
def village_cards(request, code):
    """The cards of a whole village as one print job, each on a page of its own."""
    village = _village(request, code)
    rows = _households(request.user, code).select_related("area", "settlement", "head", "photo")
    back = f"{reverse('households:archive')}?area={code}"
    return _cards(request, rows.order_by("settlement_id", "id"), village=village, back=back)


@require_safe
@requires(*KEEP)
def village_register(request, code):
    """The register of a village for print: one row per household."""
    village = _village(request, code)
    year = chosen(request).year
    rows = register_rows(request.user, code, year, _right(request.user, code)).registered_poor()
    columns = [one for one in VILLAGE_REGISTER.columns if one.key not in ("township", "village")]
    return _table(request, VILLAGE_REGISTER, columns, rows, village, year)


@require_safe
@requires(*KEEP)
def township_book(request, code):
    """The book of a township or county for print: one row per village."""
    if len(code) not in (Level.COUNTY, Level.TOWNSHIP):
        raise Http404
    area = _area(request, code)
    year = chosen(request).year
    rows = book_rows(request.user, code, year, _right(request.user, code))
    columns = [one for one in TOWNSHIP_BOOK.columns if one.key != "township" or len(code) == Level.COUNTY]
    return _table(request, TOWNSHIP_BOOK, columns, rows, area, year)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(TAKE)
def household_file(request, pk):
    """GET asks how; POST makes the electronic file of one household and goes to its page."""
    household = household_for(request.user, pk, TAKE)
    form = ArchiveForm(sent(request), user=request.user, area_code=household.area_id)
    if request.method == "POST" and form.is_valid():
        made = service.request_file(household, actor=request.user, **form.cleaned_data)
        return HttpResponseRedirect(reverse("households:archive-file", args=[made.pk]))
    context = {"form": form, "household": household, "back": reverse("households:detail", args=[pk])}
    return render(request, "households/archive/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(TAKE)
def area_files(request, code):
    """The same for every household of an area, in the background."""
    area = _area(request, code, TAKE)
    form = ArchiveForm(sent(request), user=request.user, area_code=code)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.request_files(code, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if made.area_code != code or made.full_numbers != bool(form.cleaned_data.get("full_numbers")):
                messages.warning(request, "另一份电子档案正在为您生成；完成或取消后才能导出下一份。")
            return HttpResponseRedirect(reverse("households:archive-file", args=[made.pk]))
    back = f"{reverse('households:archive')}?area={code}"
    count = service.households_for(request.user, code).count()
    context = {"form": form, "area": area, "count": count, "back": back}
    return render(request, "households/archive/ask.html", context, status=422 if form.errors else 200)


@require_safe
@requires(TAKE)
def files(request):
    """Electronic files that were taken out, newest first: one's own, and those of the places one looks after."""
    rows = ArchiveFile.objects.visible_to(request.user).select_related("actor", "job", "household")
    page = keyset_page(rows, order=(("id", "desc"),), after=request.GET.get("page"))
    places = full_names({one.area_code for one in page.rows})
    context = {"page": page, "rows": [(one, places.get(one.area_code, "全国")) for one in page.rows]}
    return render(request, "households/archive/files.html", context)


@require_safe
@requires(TAKE)
def file(request, pk):
    """One electronic file: its progress, or what it is and until when it can be fetched."""
    found = _visible(request, pk)
    context = {"archive": found, "place": full_names([found.area_code]).get(found.area_code, "全国")}
    return render(request, "households/archive/file.html", context)


@require_POST
@requires(TAKE)
@never_cache
def download(request, pk):
    """The zip, by POST: taking it is written to the log."""
    found = _visible(request, pk)
    if not request.user.has_right_at(TAKE, found.area_code):
        raise MissingRight((TAKE,))
    if found.full_numbers and not request.user.has_right_at(REVEAL, found.area_code):
        raise MissingRight((REVEAL,))
    try:
        service.fetch(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(reverse("households:archive-file", args=[found.pk]))
    response = StreamingHttpResponse(vault.read(found.sha256), content_type="application/zip")
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = content_disposition_header(True, found.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def village_for(request, code) -> tuple[Area, list[Household]]:
    """A village that the person keeps, with its households in the order of the print; 404 else."""
    village = _village(request, code)
    rows = _households(request.user, code).select_related("settlement", "label")
    return village, list(rows.order_by("settlement_id", "id"))


def _cards(request, rows, *, back, village=None):
    context = {
        "cards": cards(rows, chosen(request).year),
        "village": village,
        "back": back,
        "printed_on": timezone.localdate(),
    }
    return render(request, "households/archive/cards.html", context)


def _table(request, ledger, columns, rows, area, year):
    table = printed(rows.order_by(*ledger.order), columns)
    context = {
        "ledger": ledger,
        "area": area,
        "place": full_names([area.code]).get(area.code, ""),
        "year": year,
        "table": table,
        "may_take": request.user.has_right_at(TAKE, area.code),
        "as_of": timezone.localtime(),
        "back": f"{reverse('households:archive')}?area={area.code}",
    }
    return render(request, "households/archive/table.html", context)


def _keeps(user) -> list[str]:
    return [code for right in KEEP for code in user.scope(right).areas]


def _right(user, code: str) -> str:
    """By which right a person prints what stands at an area."""
    return next((right for right in KEEP if user.has_right_at(right, code)), KEEP[0])


def _households(user, code: str):
    rows = Household.objects.visible_to(user, _right(user, code)).filter(whole_to(user)).under(code)
    return rows.on_register().registered_poor()


def _place(request) -> str:
    """The area asked for, else the chosen one, else the first that the person keeps; 404 for one outside."""
    asked = request.GET.get("area", "")
    codes = _keeps(request.user)
    if asked:
        if not asked.isascii() or not asked.isdigit() or not _is_kept(request.user, asked):
            raise Http404
        return asked
    code = chosen(request).area_code
    if _is_kept(request.user, code):
        return code
    if not codes:
        raise Http404
    return codes[0]


def _is_kept(user, code: str) -> bool:
    return any(user.has_right_at(right, code) for right in KEEP)


def _area(request, code: str, *rights: str) -> Area:
    if not any(request.user.has_right_at(right, code) for right in rights or KEEP):
        raise Http404
    return get_object_or_404(Area, code=code)


def _village(request, code: str) -> Area:
    if len(code) != Level.VILLAGE:
        raise Http404
    return _area(request, code)


def _visible(request, pk) -> ArchiveFile:
    rows = ArchiveFile.objects.visible_to(request.user).select_related("actor", "job", "household")
    return get_object_or_404(rows, pk=pk)
