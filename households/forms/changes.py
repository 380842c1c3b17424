"""Proposing a change of the register: one form per kind, and the forms of the lists that decide."""

from dataclasses import dataclass

from django import forms

from households.forms.persons import PLEASE, RELATION_CHOICES, PersonForm
from households.forms.targets import HouseholdField
from households.models import Household, Member, Membership
from households.options import change_kinds as kinds
from households.options.change_kinds import COUNTY
from households.options.join_reasons import HEAD_CHANGED, JOIN_REASONS
from households.options.leave_reasons import CLEARED_OUT, ENTERED_TWICE, LEAVE_REASONS
from households.options.relations import HEAD
from households.services.closing import GONE_REASONS
from households.services.heads import open_memberships, relation_fault
from poverty.files.kinds import Kind, accepts, named
from poverty.web.controls import DayField

_RETURNING = ("left_army", "left_prison", "found_again", "moved_back")


def _choices(options, condition) -> list[tuple[str, str]]:
    return [PLEASE, *((one.key, one.label) for one in options if condition(one))]


JOINING = _choices(
    JOIN_REASONS,
    lambda one: (
        one.decided_at != COUNTY
        and one.key not in {HEAD_CHANGED, "first_registration", "left_army", "left_prison"}
    ),
)
RETURNING = _choices(JOIN_REASONS, lambda one: one.key in _RETURNING)
LEAVING = [PLEASE, *((key, LEAVE_REASONS.label(key)) for key in GONE_REASONS)]


@dataclass(frozen=True)
class Row:
    """One member of the household in a table of the form: who he is and what is asked about him."""

    person: Member
    relation: str
    fields: list


class ChangeForm(forms.Form):
    """What every proposal asks: since when, why, by which paper. Kinds add what they need.

    `asked`: names of the fields that belong to the change itself, in order; `rows`: what is asked of each
    member.
    """

    asked: tuple[str, ...] = ()

    happened_on = DayField(label="发生日期", help_text="变动从这一天起算，以材料为准。")
    reason = forms.CharField(label="情况说明", max_length=200, help_text="写明经过，乡镇和县里凭它审核。")
    document_name = forms.CharField(label="依据", max_length=200)
    scan = forms.FileField(
        label="依据扫描件",
        required=False,
        help_text=f"可不传；{named(Kind.SCAN)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
    )
    proposed_on = DayField(label="村里提出日期", required=False, help_text="不填为今天。")
    late_reason = forms.CharField(
        label="补录原因", max_length=200, required=False, help_text="提出几天以后才录入的须填写。"
    )

    documents = "户口本"

    def __init__(self, *args, household: Household, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.household, self.actor = household, actor
        self.memberships = open_memberships(household)
        self.fields["document_name"].help_text = f"例如：{self.documents}。"
        self.add_fields()
        # In the order of the page, which is also that of the list of faults.
        self.order_fields(
            [*self.asked, *(name for name in self.fields if name not in ChangeForm.base_fields)]
        )

    def add_fields(self) -> None:
        """Add what depends on the household."""

    def member_choices(self, rows=None) -> list[tuple[str, str]]:
        """The members of the household, for a field that chooses one."""
        rows = self.memberships if rows is None else rows
        return [(str(row.member_id), f"{row.member.name}（{row.get_relation_display()}）") for row in rows]

    def per_member(self, prefix: str, label: str, choices, rows) -> None:
        """One more choice for each of these members."""
        for row in rows:
            self.fields[f"{prefix}_{row.member_id}"] = forms.ChoiceField(
                label=f"{row.member.name} {label}", choices=choices, required=False
            )

    def chosen_by_member(self, prefix: str) -> dict[int, str]:
        """What was chosen, by member id."""
        found = {}
        for row in self.memberships:
            if value := self.cleaned_data.get(f"{prefix}_{row.member_id}"):
                found[row.member_id] = value
        return found

    def need_relations(self, wanted) -> None:
        """Refuse a missing or impossible relation of these member ids, together with all other faults."""
        for row in self.memberships:
            name = f"relation_{row.member_id}"
            asked = row.member_id in wanted and name in self.cleaned_data
            if asked and (fault := relation_fault(self.cleaned_data[name], row.member)):
                self.add_error(name, fault)

    @property
    def rows(self) -> list[Row]:
        """Members with what is asked about each, for the page."""
        found = []
        for row in self.memberships:
            names = [name for name in self.fields if name.endswith(f"_{row.member_id}")]
            if names:
                found.append(Row(row.member, row.get_relation_display(), [self[name] for name in names]))
        return found

    def _member(self, name: str = "member") -> Member | None:
        chosen = self.cleaned_data.get(name)
        return Member.objects.get(pk=int(chosen)) if chosen else None

    def details(self) -> dict:
        """The details of the change, as EFFECTS says."""
        return {}

    def proposal(self) -> dict:
        """The arguments of propose_change beside kind, household, actor and scan."""
        names = ("happened_on", "reason", "document_name", "proposed_on", "late_reason")
        return {name: self.cleaned_data[name] for name in names} | {"details": self.details()}


class AddMemberForm(ChangeForm, PersonForm):
    """增加成员: a person who is new to the household."""

    asked = (
        "join_reason",
        "relation",
        "name",
        "document_type",
        "identity",
        "sex",
        "birth_date",
        "ethnic_group",
        "phone",
    )
    documents = "出生医学证明、结婚证、户口本"
    join_reason = forms.ChoiceField(label="增加原因", choices=JOINING)
    relation = forms.ChoiceField(label="与户主关系", choices=RELATION_CHOICES)

    def details(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("relation", "join_reason")}


class RemoveMemberForm(ChangeForm):
    """减少成员: death, marriage out, army, prison, missing, moved away."""

    asked = ("member", "leave_reason")
    documents = "死亡证明、结婚证、入伍通知书"
    member = forms.ChoiceField(label="成员")
    leave_reason = forms.ChoiceField(label="减少原因", choices=LEAVING)

    def add_fields(self) -> None:
        self.fields["member"].choices = [PLEASE, *self.member_choices()]

    def details(self) -> dict:
        return {"leave_reason": self.cleaned_data["leave_reason"]}

    def proposal(self) -> dict:
        return super().proposal() | {"member": self._member()}


def may_come_back(household: Household) -> list[Membership]:
    """The last memberships of those who left this household for a while and live in no other."""
    gone = household.memberships.filter(member__household=None, valid_to__isnull=False)
    gone = gone.select_related("member").order_by("member_id", "-valid_from").distinct("member_id")
    return [row for row in gone if LEAVE_REASONS[row.leave_reason].can_return]


class ReturnMemberForm(ChangeForm):
    """成员回户: who left and may come back."""

    asked = ("member", "join_reason", "relation")
    documents = "退伍证、刑满释放证明"
    member = forms.ChoiceField(label="成员")
    join_reason = forms.ChoiceField(label="回户原因", choices=RETURNING)
    relation = forms.ChoiceField(label="与户主关系", choices=RELATION_CHOICES)

    def add_fields(self) -> None:
        able = may_come_back(self.household)
        self.fields["member"].choices = [
            PLEASE,
            *(
                (str(row.member_id), f"{row.member.name}（{row.valid_to} {row.get_leave_reason_display()}）")
                for row in able
            ),
        ]
        if not able:
            self.fields["member"].help_text = "没有可以回户的成员：只列出离户、未去世且不在其他户的人。"

    def details(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("relation", "join_reason")}

    def proposal(self) -> dict:
        return super().proposal() | {"member": self._member()}


class MoveMemberForm(ChangeForm):
    """成员转户: from this household into another of the county."""

    asked = ("member", "target", "relation")
    member = forms.ChoiceField(label="成员")
    target = HouseholdField(label="转入户")
    relation = forms.ChoiceField(label="与转入户户主的关系", choices=RELATION_CHOICES)

    def add_fields(self) -> None:
        self.fields["member"].choices = [PLEASE, *self.member_choices()]
        self.fields["target"].among(self.household, self.actor)

    def details(self) -> dict:
        return {"relation": self.cleaned_data["relation"]}

    def proposal(self) -> dict:
        return super().proposal() | {"member": self._member(), "target": self.cleaned_data["target"]}


class ChangeHeadForm(ChangeForm):
    """变更户主: everybody's relation is asked anew."""

    asked = ("member",)
    member = forms.ChoiceField(label="新户主")

    def add_fields(self) -> None:
        others = [row for row in self.memberships if row.relation != HEAD]
        self.fields["member"].choices = [PLEASE, *self.member_choices(others)]
        self.per_member("relation", "与新户主关系", RELATION_CHOICES, self.memberships)

    def clean(self):
        """Everybody but the new head says what he is to him."""
        cleaned = super().clean()
        if head := cleaned.get("member"):
            self.need_relations({row.member_id for row in self.memberships} - {int(head)})
        return cleaned

    def details(self) -> dict:
        relations = self.chosen_by_member("relation")
        relations.pop(int(self.cleaned_data["member"]), None)
        return {"relations": relations}

    def proposal(self) -> dict:
        return super().proposal() | {"member": self._member()}


class SplitForm(ChangeForm):
    """分户: who goes, who heads the new household, and what the others are to him."""

    asked = ("leaving", "head")
    documents = "分户申请、户口本"
    leaving = forms.MultipleChoiceField(label="分出去的成员", widget=forms.CheckboxSelectMultiple)
    head = forms.ChoiceField(label="新户的户主")

    def add_fields(self) -> None:
        others = [row for row in self.memberships if row.relation != HEAD]
        self.fields["leaving"].choices = self.member_choices(others)
        self.fields["leaving"].help_text = "原户主留在原户；要分出原户主的，先办理变更户主。"
        self.fields["head"].choices = [PLEASE, *self.member_choices(others)]
        self.per_member("relation", "与新户主关系", RELATION_CHOICES, others)

    def clean(self):
        """The new head is one of those who go."""
        cleaned = super().clean()
        if cleaned.get("head") and cleaned["head"] not in cleaned.get("leaving", ()):
            self.add_error("head", "新户主须是分出去的成员之一。")
        elif cleaned.get("head"):
            self.need_relations({int(pk) for pk in cleaned["leaving"]} - {int(cleaned["head"])})
        return cleaned

    def details(self) -> dict:
        relations = self.chosen_by_member("relation")
        head = int(self.cleaned_data["head"])
        going = [int(pk) for pk in self.cleaned_data["leaving"] if int(pk) != head]
        return {"head": head, "relations": {pk: relations.get(pk, "") for pk in going}}


class MergeForm(ChangeForm):
    """并户: this household goes into another, which stays."""

    asked = ("target",)
    documents = "并户申请、户口本"
    target = HouseholdField(label="并入的户", help_text="并户后保留这一户；填户编号、系统号或户主姓名。")

    def add_fields(self) -> None:
        self.fields["target"].among(self.household, self.actor)
        self.per_member("relation", "与并入户户主的关系", RELATION_CHOICES, self.memberships)

    def clean(self):
        """Everybody says what he is to the head of the household that stays."""
        cleaned = super().clean()
        self.need_relations({row.member_id for row in self.memberships})
        return cleaned

    def details(self) -> dict:
        return {"relations": self.chosen_by_member("relation")}

    def proposal(self) -> dict:
        return super().proposal() | {"target": self.cleaned_data["target"]}


class CloseForm(ChangeForm):
    """销户: nobody is left; who is still on the register is gone for a reason each."""

    documents = "死亡证明、销户材料"

    def add_fields(self) -> None:
        self.per_member("leave_reason", "离户原因", LEAVING, self.memberships)
        for row in self.memberships:
            self.fields[f"leave_reason_{row.member_id}"].required = True

    def details(self) -> dict:
        return {"leave_reasons": self.chosen_by_member("leave_reason")}


class ClearMemberForm(ChangeForm):
    """人员清退: who was wrongly registered, or entered twice."""

    asked = ("member", "leave_reason")
    documents = "核查表、清退说明"
    member = forms.ChoiceField(label="成员")
    leave_reason = forms.ChoiceField(
        label="清退原因",
        choices=[(key, LEAVE_REASONS.label(key)) for key in (CLEARED_OUT, ENTERED_TWICE)],
    )

    def add_fields(self) -> None:
        self.fields["member"].choices = [PLEASE, *self.member_choices()]

    def details(self) -> dict:
        return {"leave_reason": self.cleaned_data["leave_reason"]}

    def proposal(self) -> dict:
        return super().proposal() | {"member": self._member()}


class ClearHouseholdForm(ChangeForm):
    """户清退: wrongly registered; all members leave with it."""

    documents = "核查表、清退说明"


FORMS: dict[str, type[ChangeForm]] = {
    kinds.REGISTER: ChangeForm,
    kinds.ADD_MEMBER: AddMemberForm,
    kinds.REMOVE_MEMBER: RemoveMemberForm,
    kinds.RETURN_MEMBER: ReturnMemberForm,
    kinds.MOVE_MEMBER: MoveMemberForm,
    kinds.CHANGE_HEAD: ChangeHeadForm,
    kinds.SPLIT: SplitForm,
    kinds.MERGE: MergeForm,
    kinds.CLOSE: CloseForm,
    kinds.CLEAR_MEMBER: ClearMemberForm,
    kinds.CLEAR_HOUSEHOLD: ClearHouseholdForm,
}


class DecisionForm(forms.Form):
    """What is said once about a whole list: its day, paper, and who signed it."""

    happened_on = DayField(label="确认日期", required=False, help_text="不填为今天。")
    document_name = forms.CharField(label="清单或文号", max_length=200, required=False)
    decided_by_name = forms.CharField(
        label="签字人", max_length=60, required=False, help_text="代他人录入时填写，并注明签字材料。"
    )
    comment = forms.CharField(label="意见", max_length=500, required=False)
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, county: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if county:
            self.fields["happened_on"].label = "审定日期"
            self.fields["document_name"].label = "会议纪要或文号"
            self.fields["document_name"].required = True


class CommentForm(forms.Form):
    """Why something is sent back or refused."""

    comment = forms.CharField(label="原因", max_length=500, widget=forms.Textarea)
