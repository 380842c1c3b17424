"""A case with the smallest complete procedure: the village proposes and checks, the township verifies, the
county decides. Its model belongs to no installed app; conftest.py makes the table.
"""

from django.db import models

from poverty.review.workflows import Post, Transition, Workflow


class Case(models.Model):
    """A thing with a state, a place and a number that a precondition asks for."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PROPOSED = "proposed", "已提出"
        CHECKED = "checked", "村已核实"
        VERIFIED = "verified", "乡镇已核实"
        APPROVED = "approved", "县已审定"
        RETURNED = "returned", "已退回"
        EXAMINED = "examined", "公示后已核查"

    area_code = models.CharField(max_length=12, db_collation="C")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    persons = models.IntegerField(default=1)

    class Meta:
        app_label = "review_tests"

    def __str__(self):
        return f"{self.pk}"


def _has_persons(case):
    return None if case.persons else "户内没有成员。"


def _without_persons(cases):
    return dict.fromkeys(cases.filter(persons=0).values_list("pk", flat=True), "户内没有成员。")


def _frozen(cases):
    return {pk: {"persons": str(persons)} for pk, persons in cases.values_list("pk", "persons")}


WORKFLOW = Workflow(
    case_type="review_tests.case",
    field="state",
    transitions=(
        Transition("open", "建立", None, "draft", "register.propose", "village", "record"),
        Transition("propose", "提出", ("draft", "returned"), "proposed", "register.propose", "village",
                   "propose"),
        Transition("check", "村级核实", ("proposed",), "checked", "register.propose", "village", "verify"),
        Transition("verify", "乡镇核实", ("checked",), "verified", "register.confirm", "township", "verify",
                   precondition=_has_persons),
        Transition("approve", "县审定", ("verified",), "approved", "register.decide", "county", "decide",
                   needs_document=True, closes_round=True, precondition=_has_persons,
                   precondition_many=_without_persons),
        Transition("return", "退回", ("checked", "verified"), "returned", "register.decide", "county",
                   "decide", needs_comment=True, closes_round=True),
        Transition("note", "备案", ("verified",), "verified", "register.decide", "county", "record",
                   different_person_from=("verify",)),
        Transition("examine", "公示后核查", ("checked",), "examined", "register.confirm", "township", "verify",
                   after_notice="first", freezes=True),
    ),
    freeze=_frozen,
    posts={"first": Post("checked", "register.propose", "village")},
    by_hand={"checked": ("register.propose", "village")},
)  # fmt: skip

PATH = ("open", "propose", "check", "verify", "approve")


def make_case(state="draft", area_code="220503100204", **fields):
    """A bare row: the deferred trigger refuses it at commit unless its first step is fired in the same
    transaction.
    """
    return Case.objects.create(state=state, area_code=area_code, **fields)
