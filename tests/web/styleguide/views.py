"""The views of the style guide: signed in as somebody, without a database."""

from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template import engines

from poverty.web import chosen
from poverty.web.rights import MissingRight
from tests.web.styleguide import samples

HERE = Path(__file__).parent


def _sign_in(request):
    request.user = samples.Person()
    request._chosen = chosen.Chosen("220503", "二道江区", 2018)
    match = request.resolver_match
    match.view_name = "households:list" if match.view_name == "styleguide-list" else match.view_name


def _page(request, name, **context):
    _sign_in(request)
    source = (HERE / name).read_text(encoding="utf-8")
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def form_page(request):
    messages.success(request, "已保存。")
    messages.warning(request, "本年度将于 2018-12-31 关闭。")
    return _page(request, "form.html", form=samples.sample_form(), fresh=samples.sample_form(bound=False))


def list_page(request):
    form = samples.FilterForm(request.GET)
    form.is_valid()
    return _page(request, "list.html", form=form, page=samples.PAGE)


def case_page(request):
    return _page(
        request, "case.html", lines=samples.LINES, events=samples.EVENTS, tabs=samples.TABS, job=samples.JOB
    )


def progress(request):
    return render(request, "web/progress.html", {"job": samples.DONE, "title": "判定 二道江区 2018 年"})


def missing_right(request):
    _sign_in(request)
    raise MissingRight(("standard.publish", "assess.run"))


def denied(request):
    raise PermissionDenied("本户已有核查记录，核查人不能再录入。")


def missing(request):
    raise Http404


def broken(request):
    raise RuntimeError("broken on purpose")
