"""Visit templates: what is asked on a visit, by place and year. Reading, drafting, publishing."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.forms.visit_templates import (
    BlockEditor,
    HeadForm,
    PublishForm,
    design_areas,
)
from households.sheets.parts import Person, parts_of
from households.sheets.shown import empty_shown
from households.views.reaching import sent
from households.visits.blocks import (
    AMOUNTS,
    HOUSEHOLD,
    INCOME,
    MEMBER,
    NEEDS,
    PHOTOS,
    POSITION,
    REMARK,
    SIGNATURE,
    SPECIAL,
    VISIT,
)
from households.visits.differences import OF_WORDS, WHEN_WORDS, differences, months_words
from households.visits.models import VisitTemplate
from households.visits.services import designing
from poverty.areas.names import full_names
from poverty.web import opaque
from poverty.web.chosen import chosen
from poverty.web.form_errors import carried_out
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

DESIGN = designing.RIGHT
READ = ("visit.view", DESIGN)
BASE, PURPOSE = "base", "visit template block"
SPECIAL_TITLES = {
    AMOUNTS: "本月大额收支",
    INCOME: "全年收入",
    NEEDS: "诉求",
    REMARK: "走访情况、发现问题和下一步措施",
    SIGNATURE: "农户签字",
    PHOTOS: "照片",
    POSITION: "定位",
}
_OF_SPECIAL = {AMOUNTS: HOUSEHOLD, INCOME: HOUSEHOLD}
_PLACES = (("area_code", "asc"), ("year_from", "desc"), ("name", "asc"), ("version", "desc"), ("id", "desc"))


@require_safe
@requires(*READ)
def templates(request):
    """Templates of the person's places and of those above, and which one is used at the chosen place and year."""
    now = chosen(request)
    page = keyset_page(
        VisitTemplate.objects.visible_to(request.user).select_related("drafted_by", "published_by"),
        order=_PLACES,
        after=request.GET.get("page"),
    )
    names = full_names({one.area_code for one in page.rows})
    context = {
        "page": page,
        "rows": [(one, names.get(one.area_code, "全国"), state_of(one)) for one in page.rows],
        "here": VisitTemplate.objects.for_place(now.area_code, now.year).first(),
        "now": now,
        "may_design": request.user.has_right(DESIGN),
    }
    return render(request, "households/templates/list.html", context)


@require_safe
@requires(*READ)
def template(request, pk):
    """A template as the form looks, with its versions and what can be done with it."""
    one = _visible(request.user, pk)
    month = _month(request)
    versions = VisitTemplate.objects.visible_to(request.user).filter(area_code=one.area_code, name=one.name)
    context = {
        **_head(one),
        "month": month,
        "months": range(1, 13),
        "parts": _as_asked(one, month),
        "versions": [(row, state_of(row)) for row in versions.order_by("-version")],
        "may_design": request.user.has_right(DESIGN),
        "may_edit": _may_edit(request.user, one),
    }
    return render(request, "households/templates/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DESIGN)
def template_new(request):
    """Begin a draft from another template: the one asked for, else the one in force at the chosen place."""
    source = _source(request)
    areas = design_areas(request.user)
    now = chosen(request)
    initial = {
        "area_code": now.area_code if now.area_code in areas else next(iter(areas), ""),
        "name": source.name if source else "入户走访",
        "year_from": now.year,
        "year_to": None,
    }
    form = HeadForm(sent(request), areas=areas, initial=initial)
    if source is not None and form.is_valid():
        made = []

        def draft():
            made.append(designing.draft_template(source=source, actor=request.user, **form.cleaned_data))

        if carried_out(form, draft):
            messages.success(request, "已复制成草稿。改好后发布，发布以前走访照旧按现行模板。")
            return redirect("households:visit-template-edit", made[0].pk)
    context = {"form": form, "source": source}
    return render(request, "households/templates/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DESIGN)
def template_edit(request, pk):
    """A draft: name and years, its blocks in their order, blocks that can be added."""
    one = _draft(request, pk)
    if one.published_at is not None:
        return _frozen(request, one)
    form = HeadForm(
        sent(request),
        areas=None,
        initial={"name": one.name, "year_from": one.year_from, "year_to": one.year_to},
    )
    if form.is_valid() and carried_out(
        form, lambda: designing.save_head(one, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, "已保存。")
        return redirect("households:visit-template-edit", pk)
    keys = {block["key"] for block in one.blocks}
    context = {
        **_head(one),
        "form": form,
        "blocks": [_row_of(block) for block in one.blocks],
        "special": [(key, title) for key, title in SPECIAL_TITLES.items() if key not in keys],
        "kinds": OF_WORDS.items(),
    }
    return render(request, "households/templates/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DESIGN)
def template_block(request, pk, key):
    """One block of a draft with its questions; `key` "new-household", "new-member", "new-visit": a block more."""
    one = _draft(request, pk)
    if one.published_at is not None:
        return _frozen(request, one)
    block = _block(one, key)
    # A block stands as it was when the page was opened, however often the form comes back.
    base = opaque.unpack(PURPOSE, request.POST.get(BASE)) if request.method == "POST" else None
    seen = {"block": None if key.startswith("new-") else block} if base is None else base
    editor = BlockEditor(seen["block"] or block, one.blocks, sent(request))
    conflict = None
    if request.method == "POST" and editor.is_valid():
        try:
            designing.save_block(one, editor.made(), base=seen["block"], actor=request.user)
        except designing.BlocksChanged as error:
            conflict, seen = error.now, {"block": error.now}
            editor.head.add_error(None, error)
        except ValidationError as error:
            editor.head.add_error(None, error.messages)
        else:
            messages.success(request, "已保存。")
            return redirect("households:visit-template-edit", pk)
    wrong = request.method == "POST"
    context = {
        **_head(one),
        "editor": editor,
        "of_words": OF_WORDS[editor.of],
        "base": opaque.pack(PURPOSE, seen),
        "conflict": conflict,
        "is_new": key.startswith("new-"),
    }
    return render(request, "households/templates/block.html", context, status=422 if wrong else 200)


@require_POST
@requires(DESIGN)
def template_blocks(request, pk):
    """Move a block, take one out, or put a special one in: one button each."""
    one = _draft(request, pk)
    act, _, key = request.POST.get("act", "").partition(":")
    if act == "remove" and not request.POST.get("confirmed"):
        return _ask_to_remove(request, one, key)
    try:
        if act in ("up", "down"):
            designing.move_block(one, key, up=act == "up", actor=request.user)
        elif act == "remove" and request.POST.get("confirmed"):
            designing.remove_block(one, key, actor=request.user)
        elif act == "add" and key in SPECIAL:
            designing.save_block(one, _special(key), base=None, actor=request.user)
        else:
            raise ValidationError("没有认出要做什么，请重新点一次。")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("households:visit-template-edit", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DESIGN)
def template_publish(request, pk):
    """The last look before a template is used: what changes, what it replaces, by which document."""
    one = _draft(request, pk)
    if one.published_at is not None:
        return _frozen(request, one)
    form = PublishForm(sent(request), initial={"document": one.document})
    if form.is_valid() and carried_out(
        form, lambda: designing.publish_template(one, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, "已发布。从现在起走访和对照表都按这个模板。")
        return redirect("households:visit-template", pk)
    now = VisitTemplate.objects.for_place(one.area_code, one.year_from).exclude(pk=one.pk).first()
    context = {
        **_head(one),
        "form": form,
        "now": now,
        "lines": differences(now.blocks if now else [], one.blocks),
        "replaced": list(designing.covered_by(one)),
    }
    return render(request, "households/templates/publish.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DESIGN)
def template_drop(request, pk):
    """Throw a draft away; asked on a page of its own."""
    one = _draft(request, pk)
    if one.published_at is not None:
        return _frozen(request, one)
    if request.method == "POST":
        try:
            designing.drop_draft(one, actor=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, "草稿已删除。")
        return redirect("households:visit-templates")
    context = {
        "action": "删除草稿",
        "question": f"删除草稿“{one}”？",
        "losses": ["草稿里改的栏目和问题随即没有了；现行的模板不受影响。"],
        "cancel_url": reverse("households:visit-template", args=[pk]),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


@require_safe
@requires(*READ)
def template_changes(request, pk):
    """What a template asks otherwise than another one: the version before it, or the one asked for."""
    one = _visible(request.user, pk)
    others = VisitTemplate.objects.visible_to(request.user).exclude(pk=pk)
    asked = request.GET.get("with", "")
    if asked.isdecimal() and len(asked) < 18:
        other = others.filter(pk=int(asked)).first()
        if other is None:
            raise Http404
    else:
        other = others.filter(area_code=one.area_code, name=one.name, version__lt=one.version)
        other = other.order_by("-version").first()
    names = full_names({row.area_code for row in others})
    context = {
        **_head(one),
        "other": other,
        "others": [(row, names.get(row.area_code, "全国")) for row in others[:100]],
        "lines": differences(other.blocks if other else [], one.blocks),
    }
    return render(request, "households/templates/changes.html", context)


def _ask_to_remove(request, one: VisitTemplate, key: str):
    block = _block(one, key)
    context = {
        "action": "删除这一栏",
        "question": f"从草稿里删除“{block['title']}”一栏？",
        "losses": [f"其中的 {len(block.get('questions') or [])} 个问题随即没有了。"],
        "keep": [("act", f"remove:{key}")],
        "cancel_url": reverse("households:visit-template-edit", args=[one.pk]),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


def state_of(one: VisitTemplate) -> tuple[str, str]:
    """(word, colour) of where a template stands."""
    if one.published_at is None:
        return "草稿", "amber"
    return ("已被替代", "grey") if one.superseded_by_id else ("已发布", "green")


def _head(one: VisitTemplate) -> dict[str, Any]:
    years = f"{one.year_from}年起" if one.year_to is None else f"{one.year_from}至{one.year_to}年"
    place = full_names({one.area_code}).get(one.area_code, "全国")
    return {"template": one, "place": place, "years": years, "state": state_of(one)}


def _visible(user, pk: int) -> VisitTemplate:
    rows = VisitTemplate.objects.visible_to(user).select_related(
        "drafted_by", "published_by", "superseded_by"
    )
    one = rows.filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def _may_edit(user, one: VisitTemplate) -> bool:
    return one.published_at is None and bool(one.area_code) and user.has_right_at(DESIGN, one.area_code)


def _draft(request, pk: int) -> VisitTemplate:
    """A template in whose place the person designs; one of above he only reads: 403, said in words."""
    one = _visible(request.user, pk)
    if not one.area_code or not request.user.has_right_at(DESIGN, one.area_code):
        raise PermissionDenied("这个模板由上级制定，本地要改请复制成本地的模板。")
    return one


def _frozen(request, one: VisitTemplate):
    messages.warning(request, "已发布的模板不能再改；要改的请复制成新版本。")
    return redirect("households:visit-template", one.pk)


def _source(request) -> VisitTemplate | None:
    asked = request.GET.get("from", "")
    if asked:
        if not asked.isdecimal() or len(asked) > 17:
            raise Http404
        return _visible(request.user, int(asked))
    now = chosen(request)
    return VisitTemplate.objects.for_place(now.area_code, now.year).first()


def _block(one: VisitTemplate, key: str) -> Mapping[str, Any]:
    kind = key.removeprefix("new-")
    if key.startswith("new-") and kind in (HOUSEHOLD, MEMBER, VISIT):
        taken, number = {block["key"] for block in one.blocks}, 1
        while f"block_{number}" in taken:
            number += 1
        return {"key": f"block_{number}", "title": "", "of": kind, "months": [], "when": "", "questions": []}
    for block in one.blocks:
        if block["key"] == key:
            return block
    raise Http404


def _special(key: str) -> dict[str, Any]:
    of = _OF_SPECIAL.get(key, VISIT)
    return {
        "key": key,
        "title": SPECIAL_TITLES[key],
        "of": of,
        "months": [9, 10] if key == INCOME else [],
        "when": "",
        "questions": [],
    }


def _row_of(block: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": block["key"],
        "title": block["title"],
        "of": OF_WORDS[block["of"]],
        "months": months_words(block),
        "when": WHEN_WORDS[block.get("when") or ""],
        "questions": "、".join(one["label"] for one in block.get("questions") or []),
    }


def _month(request) -> int:
    asked = request.GET.get("month", "")
    return int(asked) if asked.isdecimal() and len(asked) < 3 and 1 <= int(asked) <= 12 else 10


def _as_asked(one: VisitTemplate, month: int):
    """The form with nothing filled in, of a household with one example member whom every block asks."""
    shown = empty_shown(one.blocks, month=month)
    return parts_of(one.blocks, shown, [Person(0, "每位成员", "", None)], year=one.year_from, month=month)
