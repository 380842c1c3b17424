"""Photos with something odd about them: shown with those they are like, and what the reviewer found."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.visit_acts import LookedForm, MorePhotosForm, PhotoGoneForm
from households.models import VisitPhoto
from households.views.reaching import sent
from households.views.visits.fetching import SETTLE, flagged_photos, photos_of, visit_for, visits_of
from households.visits.services.access import RECORD
from households.visits.services.other_eyes import is_own
from households.visits.services.photo_flags import look_at_photo, same_photos
from households.visits.services.photos import attach_photo, digest_of
from households.visits.services.photos_gone import give_up_photo
from poverty.areas.names import full_names
from poverty.web.chosen import chosen
from poverty.web.one_form import acted, acting, asking
from poverty.web.paging import keyset_page
from poverty.web.rights import requires


@dataclass(frozen=True)
class Beside:
    """A photo with the same content, of another visit. `seen`: whether the reviewer may see whose it is."""

    photo: VisitPhoto
    seen: bool


@require_safe
@requires(SETTLE)
def photos(request):
    """Flagged photos of the chosen place, the oldest first; ?done=1 those that were looked at."""
    now, done = chosen(request), request.GET.get("done") == "1"
    rows = flagged_photos(request.user, now.area_code, looked_at=done)
    order = (("id", "desc"),) if done else (("id", "asc"),)
    page = keyset_page(rows, order=order, after=request.GET.get("page"), size=20)
    base = reverse("households:visit-photos")
    context = {
        "now": now,
        "page": page,
        "own": {one.pk for one in page.rows if is_own(one.visit, request.user)},
        "done": done,
        "tabs": [("待复核", base, None, not done), ("已看", f"{base}?done=1", None, done)],
        "places": full_names({one.visit.area_code for one in page.rows}),
    }
    return render(request, "households/visits/photos.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SETTLE)
def look(request, pk: int):
    """One flagged photo beside those it is like; 已看 with what was found."""
    photo = photos_of(request.user).filter(pk=pk).first()
    if photo is None:
        raise Http404
    form = LookedForm(sent(request))
    answer = acted(
        request,
        form,
        partial(look_at_photo, photo, actor=request.user),
        right=SETTLE,
        then=reverse("households:visit-photos"),
        told="已记下。",
    )
    if answer:
        return answer
    others = same_photos(photo)
    seen = set(
        visits_of(request.user).filter(pk__in=[one.visit_id for one in others]).values_list("pk", flat=True)
    )
    context = {
        "photo": photo,
        "visit": photo.visit,
        "beside": [Beside(one, one.visit_id in seen) for one in others],
        "place": full_names([photo.visit.area_code]).get(photo.visit.area_code, ""),
        "own": is_own(photo.visit, request.user),
    }
    return asking(request, form, template="households/visits/photo.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def give_up(request, pk: int):
    """Wait no more for a photo of one's own visit that cannot come, with the reason."""
    visits = visits_of(request.user, RECORD).filter(withdrawn_at__isnull=True)
    photos = VisitPhoto.objects.filter(pk=pk, visit__in=visits)
    photo = photos.select_related("visit__household", "visit__visitor").first()
    if photo is None or not is_own(photo.visit, request.user):
        raise Http404
    if not photos.awaited().exists():
        # Pressed twice, come meanwhile, or decided about on the phone.
        messages.info(request, "这张照片不用再等：已经收到，或已有人处理。")
        return redirect("households:visit", photo.visit_id)
    return acting(
        request,
        PhotoGoneForm(sent(request)),
        lambda reason: give_up_photo(photo.visit.identity, photo.identity, reason, actor=request.user),
        right=RECORD,
        back=reverse("households:visit", args=[photo.visit_id]),
        told="已记下，不再等这张照片。",
        template="households/visits/photo_gone.html",
        photo=photo,
        visit=photo.visit,
    )


@require_POST
@requires(RECORD)
def add(request, pk: int):
    """Take photos that one's own visit announced and that have not come: those of the office's form that were not kept."""
    visit = visit_for(request.user, pk, RECORD)
    if not is_own(visit, request.user):
        raise Http404
    form = MorePhotosForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "；".join(form.errors["photos"]))
        return redirect("households:visit", pk)
    missing = dict(visit.photos.awaited().values_list("sha256", "identity"))
    for upload in form.cleaned_data["photos"]:
        identity = missing.get(digest_of(upload))
        try:
            if identity is None:
                raise ValidationError("不是这次走访还缺的照片，请选登记时选的那一张。")
            attach_photo(visit.identity, identity, upload, actor=request.user)
        except ValidationError as error:
            messages.error(request, f"{upload.name}：{error.messages[0]}")
        else:
            messages.success(request, f"{upload.name} 已收到。")
    return redirect("households:visit", pk)
