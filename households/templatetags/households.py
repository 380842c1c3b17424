"""`{% load households %}`: verdicts and what is lacking, as lists and pages of households write them."""

from django import template
from django.utils.html import format_html, format_html_join

from households.models import Household
from households.options.desk_options import DESK_EXCEPTIONS
from households.today import list_url
from poverty.web.templatetags.poverty_web import badge, state

register = template.Library()

_GONE = {Household.State.PENDING: "amber", Household.State.MERGED: "grey", Household.State.CLOSED: "grey"}


@register.simple_tag
def household_state(household):
    """待登记, 已并户 or 已销户 as a badge; nothing for a household on the register."""
    colour = _GONE.get(household.state)
    return format_html(" {}", badge(household.get_state_display(), colour, "dot")) if colour else ""


@register.simple_tag
def verdict(assessment):
    """The stored verdict as a badge; 未判定 for a household without one."""
    return badge("未判定", "grey", "dash") if assessment is None else state(assessment.verdict)


@register.simple_tag
def desk_mark(kind):
    """What stands out at a case of the review desk, as a badge."""
    return badge(DESK_EXCEPTIONS.label(kind), "red" if kind in ("not_met", "late") else "amber", "warning")


@register.simple_tag
def lacking(found):
    """What is not reached (red) and what nobody knows yet (amber), in words; nothing when nothing lacks."""
    parts = []
    if found.unmet:
        parts.append(format_html('<span class="unmet-words">{}</span>', "、".join(found.unmet)))
    if found.unknown:
        words = "、".join(found.unknown)
        parts.append(format_html('<span class="lack"><span class="quiet">待核实</span> {}</span>', words))
    return format_html_join(" ", "{}", ((part,) for part in parts))


@register.simple_tag
def change_state(change):
    """Where a register change stands, as a badge."""
    colours = {"proposed": "blue", "confirmed": "blue", "effective": "green", "returned": "red"}
    return badge(change.get_state_display(), colours.get(change.state, "grey"))


@register.simple_tag
def figure_url(code, kind, result=""):
    """The address of the list that makes a figure of a place."""
    return list_url(area=code, kind=kind, verdict=result)
