"""Subsistence allowance and support of the destitute (forms.md 8, 低保/五保)."""

from django.db.models import Q

from households.checks.check import Severity, of_household, of_person

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
_DIBAO = Q(poor_attribute__in=["allowance", "allowance_poor"])
_DESTITUTE = Q(poor_attribute__in=["five_guarantees", "five_guarantees_poor"])
_GENERAL = Q(poor_attribute__in=["general_poor", "general_farm"])
_RECEIVED = ["rural", "urban"]

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
