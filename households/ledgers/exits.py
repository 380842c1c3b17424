"""退出台账 (贫困户退出): the cases of a year, with the day of every step of the present round and the papers behind it."""

from datetime import date

import django_filters as filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import BureauConfirmation, ExitCase, ExitCheck, ExitSignature
from households.options.exit_options import ENDED, EXIT_STATES, HOLD_KINDS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.review.models import MeetingItem, Notice, RosterEntry, Step

CASE = "households.exitcase"


class ExitLedgerFilter(filters.FilterSet):
    """By state, and those that wait because something has changed since the appraisal."""

    state = filters.ChoiceFilter(label="状态", choices=EXIT_STATES.choices, empty_label="全部")
    held = filters.ChoiceFilter(
        label="暂缓", choices=[("yes", "暂缓的")], method="by_hold", empty_label="全部"
    )

    class Meta:
        model = ExitCase
        fields = ()

    def by_hold(self, rows, name, value):
        """Only those that wait."""
        return rows.filter(held_at__isnull=False)


def _rows(user, area_code, year, values):
    of_case = {"case_type": CASE, "case_id": OuterRef("pk")}
    steps = Step.objects.filter(**of_case, round=OuterRef("round")).order_by("pk")
    # The list of the present round: the last one, unless the case was taken off it and stands on no other yet.
    listed = RosterEntry.objects.filter(**of_case).order_by("-pk")
    notices = Notice.objects.standing().filter(roster=OuterRef("its_list")).order_by("pk")
    votes = MeetingItem.objects.filter(**of_case, meeting__kind="village").order_by("-pk")
    of_round = {"case": OuterRef("pk"), "round": OuterRef("round")}
    checks = ExitCheck.objects.filter(**of_round, level="township").order_by("-pk")
    signed = ExitSignature.objects.filter(**of_round).order_by("-pk")
    compared = BureauConfirmation.objects.filter(**of_round).order_by("-confirmed_on")
    seen = ExitCase.objects.visible_to(user, RIGHT).under(area_code).filter(year=year)
    return seen.annotate(its_list=Subquery(listed.values("roster")[:1])).annotate(
        off_list=Subquery(listed.values("left_on")[:1]),
        steps=ArraySubquery(
            steps.values(
                found=JSONObject(
                    name="transition",
                    on="happened_on",
                    document="document_name",
                    why="comment",
                    late="late_reason",
                )
            )
        ),
        hung=ArraySubquery(notices.values(found=JSONObject(kind="kind", first="posted_on", last="last_day"))),
        votes=Subquery(
            votes.values(found=JSONObject(yes="votes_for", no="votes_against", abstained="abstained"))[:1]
        ),
        compared_on=Subquery(compared.values("confirmed_on")[:1]),
        signed_on=Subquery(signed.values("signed_on")[:1]),
        signer=Subquery(signed.values("signer_name")[:1]),
        team=Subquery(checks.values("team")[:1]),
    )


def _last(steps: list[dict], *names: str) -> dict | None:
    """The last of these steps in the present round."""
    return next((one for one in reversed(steps) if one["name"] in names), None)


def _on(name: str) -> Derived:
    def day(steps):
        found = _last(steps, name)
        return date.fromisoformat(found["on"]) if found else None

    return Derived(("steps",), day)


def _document(name: str) -> Derived:
    return Derived(("steps",), lambda steps: (_last(steps, name) or {}).get("document", ""))


def _hung(kind: str, end: str) -> Derived:
    """First or last day of a notice of the present round's list."""

    def day(state, off_list, steps, hung):
        if not _last(steps, "prepare") or (off_list and state not in ENDED):
            return None
        found = next((one for one in reversed(hung) if one["kind"] == kind), None)
        return date.fromisoformat(found[end]) if found else None

    return Derived(("state", "off_list", "steps", "hung"), day)


def _votes(steps, votes) -> str:
    if not _last(steps, "appraise", "vote_down") or not votes or votes["yes"] is None:
        return ""
    return f"同意{votes['yes']} 反对{votes['no']} 弃权{votes['abstained']}"


def _why(steps) -> str:
    """Why a case ended without exit."""
    return (_last(steps, "vote_down", "drop", "revoke") or {}).get("why", "")


def _late(steps) -> str:
    """The reasons for which steps were entered late, each once."""
    return "；".join(dict.fromkeys(one["late"] for one in steps if one["late"]))


EXITS = Ledger(
    name="exits",
    title="退出台账",
    columns=(
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("size", "家庭人口", Kind.INTEGER, source="household__size", total=True),
        Column("year", "退出年度", Kind.YEAR),
        Column("income", "评议时人均纯收入", Kind.MONEY, source="base_income", width=14),
        Column("planned_on", "列入计划日期", Kind.DATE, source=_on("plan")),
        Column("compared_on", "部门比对日期", Kind.DATE),
        Column("prepared_on", "测算日期", Kind.DATE, source=_on("prepare")),
        Column("appraised_on", "评议日期", Kind.DATE, source=_on("appraise"), group="民主评议"),
        Column("votes", "票数", source=Derived(("steps", "votes"), _votes), width=18, group="民主评议"),
        Column("verified_on", "村级核实日期", Kind.DATE, source=_on("verify")),
        Column("signed_on", "签字日期", Kind.DATE, group="农户认可"),
        Column("signer", "签字人", group="农户认可"),
        Column("first_from", "村内公示起", Kind.DATE, source=_hung("first", "first")),
        Column("first_to", "村内公示止", Kind.DATE, source=_hung("first", "last")),
        Column("checked_on", "核查日期", Kind.DATE, source=_on("check"), group="乡镇核查"),
        Column("team", "核查人员", source=Derived(("team",), lambda team: "、".join(team or [])), width=20,
               group="乡镇核查"),
        Column("second_from", "乡镇公示起", Kind.DATE, source=_hung("second", "first")),
        Column("second_to", "乡镇公示止", Kind.DATE, source=_hung("second", "last")),
        Column("reviewed_on", "县审核日期", Kind.DATE, source=_on("review")),
        Column("approved_on", "审定日期", Kind.DATE, source=_on("approve")),
        Column("document", "审定文号", source=_document("approve"), width=18),
        Column("announced_on", "公告日期", Kind.DATE, source=_on("announce")),
        Column("filed_on", "备案日期", Kind.DATE, source=_on("file")),
        Column("marked_on", "标注日期", Kind.DATE, source=_on("mark")),
        Column("confirmed_at", "国网确认时间", Kind.MOMENT, width=18),
        Column("state", "状态", Kind.OPTION, options=EXIT_STATES),
        Column("round", "轮次", Kind.INTEGER, width=8),
        Column("held", "暂缓原因",
               source=Derived(("hold_kinds",), lambda kinds: "；".join(HOLD_KINDS.label(one) for one in kinds)),
               width=24),
        Column("why", "未退出的原因", source=Derived(("steps",), _why), width=24),
        Column("late", "补录原因", source=Derived(("steps",), _late), width=18),
    ),
    right=RIGHT,
    rows=_rows,
    order=("area_code", "household_id", "id"),
    per="户",
    filters=ExitLedgerFilter,
    unit="金额单位：元",
    note="所选年度的退出；退回重办的户列本轮各环节的日期；含办理中、评议未通过和已移出计划的",
    full_numbers=False,
)  # fmt: skip
