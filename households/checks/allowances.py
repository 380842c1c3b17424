"""Subsistence allowance and support of the destitute (forms.md 8, 低保/五保)."""

from django.db.models import F, Q

from households.checks.check import NOBODY, Severity, of_household, of_person
from households.checks.terms import Terms

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_DIBAO = Q(poor_attribute__in=["allowance", "allowance_poor"])
_DESTITUTE = Q(poor_attribute__in=["five_guarantees", "five_guarantees_poor"])
_GENERAL = Q(poor_attribute__in=["general_poor", "general_farm"])
_RECEIVED = ["rural", "urban"]


def _over_line(terms: Terms) -> Q:
    """More than the line of the year for each who is on it: 补差 never comes to more (seed-facts.md A22). The line is that
    of the country; with somebody on 城市低保 nothing is said.
    """
    line = terms["dibao.line"]
    rural = Q(on_dibao__gt=0, on_urban_dibao=0, dibao_unknown=0)
    return NOBODY if line is None else rural & Q(dibao_money__gt=F("on_dibao") * line)


def _without(terms: Terms) -> Q:
    """Below the line of the year with nobody on it: 应保尽保 (seed-facts.md A21)."""
    line = terms["dibao.line"]
    nobody = Q(persons__gt=0, on_dibao=0, dibao_unknown=0, on_tekun=0) & ~_DESTITUTE
    return NOBODY if line is None else nobody & Q(per_head__lt=line)


CHECKS = (
    of_household(
        "allowance.dibao_without_member",
        "低保户，没有一名成员享受低保。",
        ERROR,
        _DIBAO & Q(persons__gt=0, on_dibao=0, dibao_unknown=0),
        "poor_attribute persons on_dibao",
    ),
    of_household(
        "allowance.dibao_small",
        "低保户，低保金偏小或为0。",
        WARNING,
        lambda terms: _DIBAO & Q(dibao_money__lt=terms["check.dibao_minimum"]),
        "poor_attribute dibao_money",
        parameters=("check.dibao_minimum",),
    ),
    of_household(
        "allowance.dibao_over_line",
        "低保金超过享受低保的人数乘农村低保标准。",
        WARNING,
        _over_line,
        "dibao_money on_dibao on_urban_dibao",
        parameters=("dibao.line",),
    ),
    of_household(
        "allowance.below_line_without",
        "人均纯收入低于农村低保标准，没有人享受低保或特困供养。",
        NOTICE,
        _without,
        "poor_attribute per_head on_dibao on_tekun persons",
        parameters=("dibao.line",),
    ),
    of_household(
        "allowance.destitute_without_money",
        "五保户，特困供养金为0。",
        ERROR,
        _DESTITUTE & Q(destitute_money=0),
        "poor_attribute destitute_money",
    ),
    of_household(
        "allowance.both_moneys",
        "同时有低保金和特困供养金。",
        WARNING,
        Q(dibao_money__gt=0, destitute_money__gt=0),
        "dibao_money destitute_money",
    ),
    of_household(
        "allowance.destitute_with_worker",
        "五保户中有劳动年龄内的劳动力。",
        WARNING,
        _DESTITUTE & Q(workers_of_age__gt=0),
        "poor_attribute workers_of_age",
        parameters=("check.destitute_worker_age",),
    ),
    of_household(
        "allowance.general_with_dibao",
        "一般户，有低保金收入。",
        ERROR,
        _GENERAL & Q(dibao_money__gt=0),
        "poor_attribute dibao_money",
    ),
    of_person(
        "allowance.both",
        "同时享受低保和特困供养。",
        ERROR,
        Q(facts__receives_dibao=True, facts__receives_tekun=True),
        "facts__receives_dibao facts__receives_tekun",
    ),
    of_person(
        "allowance.dibao_kind",
        "“是否享受低保”与“享受低保政策情况”矛盾。",
        WARNING,
        Q(facts__receives_dibao=True, facts__dibao_kind="none")
        | Q(facts__receives_dibao=False, facts__dibao_kind__in=_RECEIVED),
        "facts__receives_dibao facts__dibao_kind",
    ),
    of_person(
        "allowance.destitute_kind",
        "“是否特困供养人员”与“享受特困供养政策情况”矛盾。",
        WARNING,
        Q(facts__receives_tekun=True, facts__tekun_kind="none")
        | Q(facts__receives_tekun=False, facts__tekun_kind__in=_RECEIVED),
        "facts__receives_tekun facts__tekun_kind",
    ),
)
