"""`{% load villages %}`: standing, steps and gaps of villages, as lists and pages write them."""

from django import template
from django.utils.html import format_html

from poverty.accounts.options.sectors import SECTORS
from poverty.fields.states import UNKNOWN, UNMET
from poverty.web.templatetags.poverty_web import badge
from villages.exit_page import COLOURS
from villages.indicators import label_of
from villages.models import INDICATOR_COLUMNS

register = template.Library()


@register.simple_tag
def village_status(village):
    """未出列, 已出列, or nothing on the list."""
    if village.status == "exited":
        return badge(f"{village.exit_year}年出列", "green", "check")
    if village.status == "listed":
        return badge(village.get_list_level_display(), "amber", "dot")
    return format_html('<span class="quiet">{}</span>', "不在名单")


@register.simple_tag
def exit_state(case):
    """The step of an exit as a badge."""
    return badge(case.get_state_display(), COLOURS.get(case.state, "blue"))


@register.simple_tag
def village_lacks(result):
    """What is not reached (red) and what nobody knows yet (amber), in words."""
    if result is None:
        return ""
    unmet = [label_of(code) for code in INDICATOR_COLUMNS if getattr(result, code) == UNMET]
    unknown = [label_of(code) for code in INDICATOR_COLUMNS if getattr(result, code) == UNKNOWN]
    parts = format_html('<span class="unmet-words">{}</span>', "、".join(unmet)) if unmet else ""
    if unknown:
        words = format_html(
            '<span class="lack"><span class="quiet">待核实</span> {}</span>', "、".join(unknown)
        )
        parts = format_html("{} {}", parts, words)
    return parts


@register.simple_tag
def sheet_result(sheet):
    """全部达到, or what was not, with why."""
    failed = [f"{label_of(one.indicator)}：{one.note}" for one in sheet.items.all() if not one.passed]
    return "；".join(failed) if failed else "全部达到"


@register.simple_tag
def sector_label(key):
    """The field's word for a bureau."""
    return SECTORS.label(key)
