"""Tags and filters of every page: `{% load poverty_web %}`. docs/ui-kit.md shows each with an example."""

from django import template
from django.forms import BaseForm
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join

from poverty.web import drawing, numbers, questions
from poverty.web.addresses import chips_of, query_with, query_without
from poverty.web.merging import shown_conflicts

register = template.Library()

register.filter("money", numbers.money_text)
register.filter("wan", numbers.wan_text)
register.filter("number", numbers.number_text)
register.filter("percent_of", numbers.percent_text)
register.filter("day", numbers.day_text)
register.filter("moment", numbers.moment_text)
register.filter("late_days", numbers.late_days)


@register.filter
def get(mapping, key):
    """`mapping[key]` or None: last year's figures by field name and the like."""
    return mapping.get(key) if mapping else None


@register.simple_tag
def icon(name, label=""):
    """An icon of static/icons.svg; with `label` it is read aloud, without it is decoration."""
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="ico" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="ico" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
def badge(text, colour="grey", icon_name=""):
    """A status word with an icon shape; colour is green, red, amber, grey or blue."""
    shape = icon_name or drawing.SHAPES.get(colour, "dot")
    return format_html('<span class="mark mark-{}">{}{}</span>', colour, icon(shape), text)


@register.simple_tag
def state(value, missing=""):
    """达标 / 未达标 / 待核实 / 不考核 / 无此项 by stored code; `missing`: what is lacking when unknown."""
    word, colour, shape = numbers.state_parts(value)
    mark = badge(word, colour, shape)
    if missing and colour == "amber":
        return format_html('{} <span class="lack">缺：{}</span>', mark, missing)
    return mark


@register.simple_tag
def unknown(missing=""):
    """待核实 — 缺: ... Never blank, never 0; say what is lacking or who can fill it."""
    return state(1, missing)


@register.simple_tag
def money(value, missing="", unit="元"):
    """An amount with its small grey unit; None is 待核实."""
    return unknown(missing) if value is None else _figure(numbers.money_text(value), unit)


@register.simple_tag
def wan(value, missing="", decimals=2):
    """A large sum in 万元, the exact yuan on hover; None is 待核实."""
    if value is None:
        return unknown(missing)
    exact = numbers.money_text(value)
    shown = numbers.wan_text(value, decimals)
    return format_html(
        '<span class="num" title="{} 元">{}<span class="unit">万元</span></span>', exact, shown
    )


@register.simple_tag
def number(value, unit="", decimals=None, missing=""):
    """A count with its unit; None is 待核实."""
    return unknown(missing) if value is None else _figure(numbers.number_text(value, decimals), unit)


def _figure(text, unit):
    tail = format_html('<span class="unit">{}</span>', unit) if unit else ""
    return format_html('<span class="num">{}{}</span>', text, tail)


@register.simple_tag
def late(due, today=None):
    """逾期 6 天 in red when `due` has passed, else nothing."""
    days = numbers.late_days(due, today)
    return format_html('<span class="late">逾期{}天</span>', days) if days else ""


@register.simple_tag
def kv(label, value=None, missing="", wide=False):
    """One row of `<dl class="kv">`; an empty value is 待核实."""
    shown = unknown(missing) if value in (None, "") else value
    return format_html(
        '<div class="kv-row{}"><dt>{}</dt><dd>{}</dd></div>', " kv-wide" if wide else "", label, shown
    )


@register.inclusion_tag("web/field.html")
def field(bound, unit=None, last=None, last_label="上年", wide=False, label=None, help=None, lines=None):
    """A labelled control with unit, last year's value, help, question and error. See docs/ui-kit.md."""
    return drawing.field_context(bound, unit, last, last_label, wide, label, help, lines)


@register.inclusion_tag("web/fields.html")
def fields(form, names=""):
    """Several fields in their order: `{% fields form "name birth_date sex" %}`; no names: all."""
    chosen = [form[name] for name in names.split()] if names else form.visible_fields()
    return {"fields": chosen}


@register.inclusion_tag("web/form_top.html")
def form_top(form, quiet=False):
    """First thing in a `<form>` after the csrf token: hidden fields, errors, conflicts, questions. `quiet`: its
    errors are said elsewhere.
    """
    return {
        "form": form,
        "quiet": quiet,
        "conflicts": shown_conflicts(form),
        "answer_name": form.add_prefix(questions.ANSWER),
        "answer": questions.digest(form),
        "asked": [(form[name], text) for name, text in getattr(form, "questions", {}).items()],
        "wrong": [(bound, drawing.errors_of(bound)[0]) for bound in form if bound.errors],
    }


@register.inclusion_tag("web/forms_top.html")
def forms_top(*groups):
    """form_top for a page of several forms: what is wrong stands in one box, whichever form it belongs to.

    Each of `groups` is a form, or several (a formset, a list of forms or of rows with a `form`). `form.about`
    says whose it is: 王建国.
    """
    found = []
    for group in groups:
        found += [group] if isinstance(group, BaseForm) else [getattr(one, "form", one) for one in group]
    return {
        "forms": found,
        "said": list(dict.fromkeys(text for form in found for text in form.non_field_errors())),
        "wrong": [
            (getattr(form, "about", ""), bound, drawing.errors_of(bound)[0])
            for form in found
            for bound in form
            if bound.errors
        ],
    }


@register.simple_tag(takes_context=True)
def url_with(context, **changes):
    """This page's query with some values changed: `href="{% url_with sort='income' page=None %}"`."""
    return query_with(context["request"].GET, **changes)


@register.simple_tag(takes_context=True)
def url_without(context, name, value=None):
    """This page's query without one filter, or without one value of it."""
    return query_without(context["request"].GET, name, value)


@register.inclusion_tag("web/chips.html", takes_context=True)
def chips(context, form, skip="q"):
    """The filters in use as removable chips, from a (filterset's) form."""
    request = context["request"]
    return {"chips": chips_of(form, request.GET, skip.split()), "clear_url": request.path}


@register.inclusion_tag("web/sort_header.html", takes_context=True)
def sort_header(context, label, name, param="sort", numeric=False):
    """A `<th>` that sorts: first ascending, then descending. The chosen order stands in the address."""
    query = context["request"].GET
    now = query.get(param, "")
    order = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    target = f"-{name}" if now == name else name
    url = query_with(query, **{param: target, "page": None})
    return {"label": label, "order": order, "url": url, "numeric": numeric}


@register.inclusion_tag("web/pager.html", takes_context=True)
def pager(context, page, param="page", size_words=""):
    """上一页 / 下一页 of a keyset page."""
    query = context["request"].GET
    return {
        "page": page,
        "first_url": query_with(query, **{param: None}),
        "next_url": query_with(query, **{param: page.next_token}) if page.next_token else "",
        "previous_url": query_with(query, **{param: page.previous_token}) if page.previous_token else "",
        "size_words": size_words,
    }


@register.simple_tag
def hidden_inputs(items=()):
    """Name and value pairs as hidden inputs: keeps the other filters when one form of several is sent."""
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', items or ())
