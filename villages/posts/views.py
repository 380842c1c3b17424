"""Posts of villages: the county's table, filling, handing on and ending, one person's or unit's villages, templates."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.models import Pairing
from poverty.accounts.models import Unit, User
from poverty.areas.names import short_names
from poverty.web import chosen
from poverty.web.one_form import acted, acting, asking
from poverty.web.rights import MissingRight, requires
from villages.models import PostTemplate, Village, VillagePost
from villages.options.posts import GROUPS, POSTS, SINGLE
from villages.posts.forms import STARTS, ChangeForm, EndForm, PostForm, TemplateForm, start_of
from villages.posts.holders import COUNTED, holders
from villages.posts.services.filling import RIGHT, change_post, end_post, fill_post
from villages.posts.services.templates import end_template, set_template
from villages.posts.standing import asked_of, standings
from villages.views.fetching import sent, village_for
from villages.views.listing import place_of

MOST = 1_000  # villages of a table: a county has some hundreds
ANY, ODD = "any", "odd"
_CHOICES = [(ANY, "有空缺的"), *((one.key, f"缺{one.label}") for one in GROUPS), (ODD, "有提示的")]


@require_safe
@requires("post.view")
def table(request):
    """Every village of a county by post, those with an empty one first; ?who=: the people or units of a kind instead."""
    code = place_of(request)
    seen = Village.objects.visible_to(request.user, "post.view").standing().under(code)
    everyone = request.GET.get("of") == "all"
    if not everyone:
        seen = seen.exclude(status="")
    villages = list(seen.select_related("area").order_by("area_id")[: MOST + 1])
    found = standings(villages[:MOST])
    choices = [(key, label, len(_those(found, key))) for key, label in _CHOICES]
    which = request.GET.get("lack", "")
    shown = sorted(_those(found, which), key=lambda row: (-len(row.empty), row.village.area_id))
    who = request.GET.get("who", "")
    listed = holders(found, who) if who in COUNTED else []
    names = short_names(row.village.area_id for row in found)
    context = {
        "who": COUNTED[who][0] if who in COUNTED else "",
        "holders": [(one, [(village, names[village.area_id]) for village in one.villages]) for one in listed],
        "rows": [(row, names[row.village.area_id]) for row in shown],
        "total": len(found),
        "more": len(villages) > MOST,
        "lacking": choices[0][2],
        "figures": [
            (key, label, len(holders(found, key)), key == who) for key, (label, _) in COUNTED.items()
        ],
        "lack": which,
        "choices": choices,
        "everyone": everyone,
        "groups": list(GROUPS),
        "code": code,
        "today": timezone.localdate(),
        "sees_pairing": request.user.has_right("responsibility.view"),
        "mine": VillagePost.objects.visible_to(request.user).open_on().filter(person=request.user).exists(),
        "may_ask": len(code) >= 6 and request.user.has_right_at("post.edit", code[:6]),
    }
    return render(request, "villages/posts/table.html", context)


def _those(found: list, which: str) -> list:
    if which == ANY:
        return [row for row in found if row.empty]
    if which == ODD:
        return [row for row in found if row.warnings]
    if which in GROUPS:
        return [row for row in found if any(one.key == which and one.lacking for one in row.slots)]
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires("post.edit")
def post_new(request, pk: int, post: str):
    """Fill a post of a village."""
    village = village_for(request.user, pk, "post.edit")
    if post not in POSTS:
        raise Http404
    today = timezone.localdate()
    asked = asked_of([village], today)[village.pk]
    form = PostForm(
        sent(request),
        village=village,
        post=post,
        actor=request.user,
        term_months=asked.term_months,
        initial={"since": today},
    )
    answer = acted(
        request,
        form,
        partial(fill_post, village, post, actor=request.user),
        right=RIGHT,
        then=_tab(village),
        told=f"已安排{POSTS.label(post)}。",
    )
    if answer:
        return answer
    present = (
        VillagePost.objects.open_on().filter(village=village, post=post).select_related("person", "unit")
    )
    context = {
        "village": village,
        "post": POSTS[post],
        "present": list(present),
        "full": post in SINGLE and present.exists(),
        "action": "安排",
    }
    return asking(request, form, template="villages/posts/fill.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("post.edit")
def post_change(request, pk: int):
    """Hand a post on to another."""
    row = _post_for(request.user, pk)
    today = timezone.localdate()
    asked = asked_of([row.village], today)[row.village_id]
    form = ChangeForm(
        sent(request),
        village=row.village,
        post=row.post,
        actor=request.user,
        term_months=asked.term_months,
        initial={"on": today},
    )
    return acting(
        request,
        form,
        partial(change_post, row, actor=request.user),
        right=RIGHT,
        back=_tab(row.village),
        told=f"{POSTS.label(row.post)}已换人。",
        template="villages/posts/fill.html",
        village=row.village,
        post=POSTS[row.post],
        present=[row],
        action="换人",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("post.edit")
def post_end(request, pk: int):
    """End a post from a day on."""
    row = _post_for(request.user, pk)
    return acting(
        request,
        EndForm(sent(request), row=row, initial={"on": timezone.localdate()}),
        partial(end_post, row, actor=request.user),
        right=RIGHT,
        back=_tab(row.village),
        told=f"{row.holder}不再担任{row.get_post_display()}。",
        template="villages/posts/end.html",
        row=row,
        village=row.village,
        post=POSTS[row.post],
    )


@require_safe
@requires("post.view")
def person(request, pk: int):
    """The villages of one person: a leader's, a first secretary's."""
    rows = VillagePost.objects.visible_to(request.user).filter(person=pk)
    return _holder(
        request,
        User.objects.select_related("unit").filter(Exists(rows.filter(person=OuterRef("pk")))),
        pk,
        rows,
    )


@require_safe
@requires("post.view")
def unit(request, pk: int):
    """The villages of one unit or enterprise, and its people in the villages."""
    rows = VillagePost.objects.visible_to(request.user).filter(unit=pk)
    return _holder(request, Unit.objects.filter(Exists(rows.filter(unit=OuterRef("pk")))), pk, rows)


def _holder(request, holders, pk: int, rows):
    holder = holders.filter(pk=pk).first()
    if holder is None:
        raise Http404
    rows = list(rows.select_related("village__area", "person", "unit").order_by("-valid_from", "-pk"))
    names = short_names(row.village.area_id for row in rows)
    today = timezone.localdate()
    shown = [(row, names[row.village.area_id], _open(row, today)) for row in rows]
    context = {
        "holder": holder,
        "is_unit": isinstance(holder, Unit),
        "helps": isinstance(holder, Unit)
        and request.user.has_right("responsibility.view")
        and Pairing.objects.visible_to(request.user, "responsibility.view")
        .filter(helper__unit=holder)
        .exists(),
        "present": [one for one in shown if one[2]],
        "past": [one for one in shown if not one[2]],
    }
    return render(request, "villages/posts/holder.html", context)


def _open(row: VillagePost, day) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to > day)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("post.edit")
def templates(request):
    """What the county asks of its villages: now, before, and a further template."""
    code = chosen.chosen(request).area_code[:6]
    form = TemplateForm(
        sent(request),
        initial={"of": "poor", "since": timezone.localdate(), **start_of(request.GET.get("start", ""))},
    )
    answer = acted(
        request,
        form,
        lambda **given: set_template(code, form.cleaned_data["of"], actor=request.user, **given),
        right=RIGHT,
        then=reverse("villages:post-templates"),
        told="配备要求已保存，各村的空缺按它列出。",
    )
    if answer:
        return answer
    rows = PostTemplate.objects.visible_to(request.user).filter(area=code).prefetch_related("rows")
    context = {
        "rows": rows.order_by("of", "-valid_from"),
        "starts": [(key, label) for key, (label, *_) in STARTS.items()],
        "may_set": len(code) == 6 and request.user.has_right_at("post.edit", code),
    }
    return asking(request, form, template="villages/posts/templates.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("post.edit")
def template_end(request, pk: int):
    """The county asks this no more; asks first."""
    row = PostTemplate.objects.visible_to(request.user, "post.edit").filter(pk=pk).first()
    if row is None or not request.user.has_right_at("post.edit", row.area_id):
        raise Http404
    page = reverse("villages:post-templates")
    if request.method == "POST":
        today = timezone.localdate()
        try:
            end_template(row, on=today, actor=request.user)
        except PermissionDenied as error:
            raise MissingRight((RIGHT,)) from error
        except ValidationError as error:
            new = "今天才开始的不能今天终止，请改设新的要求。"
            messages.error(request, new if row.valid_from >= today else "；".join(error.messages))
        else:
            messages.success(request, "已终止；贫困村按“五个一”列空缺。")
        return redirect(page)
    context = {
        "question": f"从今天起不再按“{row.name}”要求？",
        "losses": ["没有别的要求时，贫困村按“五个一”列空缺，其他村不列空缺。"],
        "action": "终止",
        "cancel_url": page,
        "danger": True,
    }
    return render(request, "villages/posts/template_end.html", context)


def _post_for(user, pk: int) -> VillagePost:
    """An open post of a village where the user arranges them, or 404."""
    rows = VillagePost.objects.visible_to(user, RIGHT).filter(valid_to=None)
    row = rows.select_related("village__area", "person", "unit").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _tab(village: Village) -> str:
    return f"{reverse('villages:detail', args=[village.pk])}?tab=posts"
