"""The page of one form that carries out one act: what is done, what comes back, and in which words."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import RequestFactory

from poverty.areas.models import Area
from poverty.review.errors import ChangedMeanwhile
from poverty.web import questions
from poverty.web.one_form import acted, attempt, done
from poverty.web.rights import MissingRight, OwnMatter
from tests.factories.areas import make_area

pytestmark = pytest.mark.django_db


class EndForm(forms.Form):
    reason = forms.CharField(label="原因")
    days = forms.IntegerField(label="天数", required=False)

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("days") or 0) > 30:
            questions.ask(self, "days", "超过 30 天，请核对。")
        return cleaned


class EntryForm(EndForm):
    def entry(self):
        return {"why": self.cleaned_data["reason"].upper()}


def sending(data=None):
    request = RequestFactory().post("/", data) if data is not None else RequestFactory().get("/")
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)
    return request


def send(act, data, form_class=EndForm, **page):
    """(the answer, the form, the words for the next page) of a form that was sent."""
    request = sending(data)
    form = form_class(data)
    answer = acted(request, form, act, right="post.edit", **{"then": "/back/"} | page)
    return answer, form, [str(one) for one in get_messages(request)]


def refusing(error):
    def act(**given):
        raise error

    return act


class TestSent:
    def test_what_was_given_reaches_the_act_and_one_goes_on(self):
        got = {}
        answer, _, told = send(lambda **given: got.update(given), {"reason": "搬迁"}, told="已终止。")
        assert (answer.status_code, answer.url, told) == (302, "/back/", ["已终止。"])
        assert got == {"reason": "搬迁", "days": None}

    def test_a_form_that_says_what_it_means_is_asked(self):
        got = {}
        send(lambda **given: got.update(given), {"reason": "abc"}, EntryForm)
        assert got == {"why": "ABC"}

    def test_address_and_words_are_made_of_what_the_act_gave(self):
        answer, _, told = send(
            lambda **given: 7,
            {"reason": "搬迁"},
            then=lambda made: f"/rows/{made}/",
            told=lambda made: f"已登记 {made} 份。",
        )
        assert (answer.url, told) == ("/rows/7/", ["已登记 7 份。"])

    def test_what_is_not_valid_or_not_sent_does_nothing(self):
        answer, form, _ = send(refusing(AssertionError("was done")), {"reason": ""})
        assert answer is None
        assert "reason" in form.errors
        answer, _, _ = send(refusing(AssertionError("was done")), None)
        assert answer is None

    def test_a_question_is_answered_first(self):
        data = {"reason": "搬迁", "days": "40"}
        answer, form, _ = send(refusing(AssertionError("was done")), data)
        assert answer is None
        yes = {form.add_prefix(questions.ANSWER): questions.digest(form)}
        answer, _, _ = send(lambda **given: None, data | yes)
        assert answer.status_code == 302


class TestRefused:
    def test_words_stand_at_their_field_or_above(self):
        wrong = ValidationError({"reason": ["请写明原因。"], "elsewhere": ["年度已关闭。"]})
        answer, form, told = send(refusing(wrong), {"reason": "搬迁"}, told="已终止。")
        assert (answer, told) == (None, [])
        assert form.errors == {"reason": ["请写明原因。"], "__all__": ["年度已关闭。"]}

    def test_somebody_was_faster(self):
        _, form, _ = send(refusing(ChangedMeanwhile("已撤销")), {"reason": "搬迁"})
        assert form.non_field_errors() == ["该事项刚刚被他人处理，当前状态为“已撤销”，请刷新后再办。"]

    def test_without_the_right_the_page_names_it(self):
        with pytest.raises(MissingRight) as caught:
            send(refusing(PermissionDenied("您没有在该村登记的权限。")), {"reason": "搬迁"})
        assert caught.value.codes == ("post.edit",)

    def test_one_s_own_matter_is_told_at_the_form(self):
        _, form, _ = send(refusing(OwnMatter("本队的考评由他人登记。")), {"reason": "搬迁"})
        assert form.non_field_errors() == ["本队的考评由他人登记。"]

    def test_nothing_half_is_kept(self):
        def act(**given):
            make_area("220503100204")
            raise ValidationError("停办的学校不能登记。")

        send(act, {"reason": "搬迁"})
        assert not Area.objects.filter(code="220503100204").exists()


def test_what_an_act_gave_and_whether_it_was_done():
    assert attempt(EndForm({"reason": "搬迁"}), lambda: 7, "post.edit") == 7
    assert done(EndForm({"reason": "搬迁"}), lambda: None, "post.edit")
    assert not done(EndForm({"reason": "搬迁"}), refusing(ValidationError("不行")), "post.edit")
