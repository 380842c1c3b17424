"""Forms that two people have open at once."""

from datetime import date

import pytest
from django import forms

from poverty.areas.models import Settlement, SettlementFact
from poverty.web.controls import YesNoUnknown
from poverty.web.merging import BASE, CHOICE, MergingForm, changed_fields, shown_conflicts
from tests.factories.areas import make_settlement, make_settlement_fact
from tests.factories.web import typed

pytestmark = pytest.mark.django_db


class FactForm(MergingForm):
    not_merged = ("reason",)
    reason = forms.CharField(label="原因", required=False)

    class Meta:
        model = SettlementFact
        fields = ["reached", "document_name", "document_date", "note", "settlement", "fact"]
        field_classes = {"reached": YesNoUnknown}

    def changed_by(self, name):
        return "李秀兰 2018-10-12 09:41"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("note") == "refused":
            self.add_error("note", "不能这样写。")
        return cleaned


def opened(row):
    return FactForm(instance=SettlementFact.objects.get(pk=row.pk))


def sent(row, data):
    return FactForm(data, instance=SettlementFact.objects.get(pk=row.pk))


def other_writes(row, **values):
    SettlementFact.objects.filter(pk=row.pk).update(**values)


@pytest.fixture
def fact():
    return make_settlement_fact(note="旧井", document_name="报告", document_date=date(2017, 12, 20))


def test_alone_it_is_an_ordinary_model_form(fact):
    form = sent(fact, typed(opened(fact), note="新井"))
    assert form.is_valid(), form.errors
    assert changed_fields(form) == ["note"]
    form.save()
    fact.refresh_from_db()
    assert (fact.note, fact.document_name, fact.reached) == ("新井", "报告", True)


def test_what_only_the_other_changed_is_kept(fact):
    data = typed(opened(fact), note="新井")
    other_writes(fact, document_name="新报告", reached=False)
    form = sent(fact, data)
    assert form.is_valid(), form.errors
    assert sorted(form.kept) == ["document_name", "reached"]
    assert changed_fields(form) == ["note"]
    form.save()
    fact.refresh_from_db()
    assert (fact.note, fact.document_name, fact.reached) == ("新井", "新报告", False)


def test_what_both_changed_alike_is_no_conflict(fact):
    data = typed(opened(fact), note="新井")
    other_writes(fact, note="新井")
    assert sent(fact, data).is_valid()


def test_a_conflict_shows_three_values_and_saves_nothing(fact):
    data = typed(opened(fact), note="我写的", reached="unknown")
    other_writes(fact, note="他写的", reached=False)
    form = sent(fact, data)
    assert not form.is_valid()
    conflicts = {c.label: (c.base, c.mine, c.theirs) for c in shown_conflicts(form)}
    assert conflicts == {
        form["note"].label: ("旧井", "我写的", "他写的"),
        form["reached"].label: ("是", "未知", "否"),
    }
    assert form["note"].value() == "我写的"
    assert "李秀兰 2018-10-12 09:41" in {c.who for c in shown_conflicts(form)}


def conflicted(fact):
    data = typed(opened(fact), note="我写的")
    other_writes(fact, note="他写的")
    form = sent(fact, data)
    assert not form.is_valid()
    return form


def test_choosing_mine_saves_mine(fact):
    form = sent(fact, typed(conflicted(fact)) | {CHOICE + "note": "mine"})
    assert form.is_valid(), form.errors
    form.save()
    fact.refresh_from_db()
    assert fact.note == "我写的"


def test_choosing_theirs_keeps_theirs(fact):
    form = sent(fact, typed(conflicted(fact), document_name="我的报告") | {CHOICE + "note": "theirs"})
    assert form.is_valid(), form.errors
    form.save()
    fact.refresh_from_db()
    assert (fact.note, fact.document_name) == ("他写的", "我的报告")


def test_not_choosing_asks_again(fact):
    again = sent(fact, typed(conflicted(fact)))
    assert not again.is_valid()
    assert "note" in again.conflicts
    third = sent(fact, typed(again) | {CHOICE + "note": "mine"})
    assert third.is_valid(), third.errors


def test_a_third_change_after_choosing_mine_is_asked_anew(fact):
    data = typed(conflicted(fact)) | {CHOICE + "note": "mine"}
    other_writes(fact, note="第三人写的")
    form = sent(fact, data)
    assert not form.is_valid()
    assert form.conflicts["note"].theirs == "第三人写的"
    assert form.conflicts["note"].base == "他写的"


def test_a_choice_survives_another_error_on_the_form(fact):
    data = typed(conflicted(fact), document_date="no date") | {CHOICE + "note": "theirs"}
    form = sent(fact, data)
    assert not form.is_valid()
    assert form.conflicts == {}
    final = sent(fact, typed(form, document_date="2018-01-02"))
    assert final.is_valid(), final.errors
    final.save()
    fact.refresh_from_db()
    assert (fact.note, fact.document_date) == ("他写的", date(2018, 1, 2))


def test_without_base_values_nothing_is_overwritten(fact):
    data = typed(opened(fact), note="新井")
    data.pop(BASE)
    form = sent(fact, data)
    assert not form.is_valid()
    assert form.conflicts["note"].base == "—"


def test_base_values_of_another_row_do_not_count(fact):
    other = make_settlement_fact(note="旧井", fact="power", settlement=fact.settlement)
    data = typed(opened(fact), note="新井")
    data[BASE] = typed(opened(other))[BASE]
    assert not sent(fact, data).is_valid()


def test_the_rules_of_the_form_judge_the_merged_values(fact):
    data = typed(opened(fact), document_name="新报告")
    other_writes(fact, note="refused")
    form = sent(fact, data)
    assert not form.is_valid()
    assert form.errors["note"] == ["不能这样写。"]


def test_a_new_row_needs_no_base(fact):
    settlement = make_settlement(village=fact.settlement.village, name="二组")
    data = {"settlement": settlement.pk, "fact": "water", "reached": "true", "note": "新"}
    form = FactForm(data, instance=SettlementFact(valid_from=date(2018, 1, 1)))
    form.is_valid()
    assert form.conflicts == {}
    assert "note" not in form.errors


def test_fields_of_this_submit_alone_never_conflict(fact):
    data = typed(opened(fact), reason="更正")
    other_writes(fact, note="他写的")
    form = sent(fact, data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["reason"] == "更正"


def test_the_base_values_cannot_be_read_in_the_page(fact):
    assert "旧井" not in str(opened(fact)[BASE])


def test_a_foreign_key_is_shown_by_name(fact):
    first = make_settlement(village=fact.settlement.village, name="甲屯")
    second = make_settlement(village=fact.settlement.village, name="乙屯")
    data = typed(opened(fact), settlement=str(first.pk))
    Settlement.objects.get(pk=second.pk)
    other_writes(fact, settlement=second)
    form = sent(fact, data)
    assert not form.is_valid()
    conflict = form.conflicts["settlement"]
    assert (conflict.mine, conflict.theirs) == (str(first), str(second))
