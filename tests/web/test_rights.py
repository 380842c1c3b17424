"""Who gets through a view's door."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails
from rest_framework.views import APIView

from poverty.web import rights
from poverty.web.rights import HasRights, MissingRight, public, requires, rights_of, signed_in


class Somebody:
    """A signed-in person with these rights."""

    is_authenticated = True

    def __init__(self, *codes, must_change_password=False):
        self.codes = codes
        self.must_change_password = must_change_password

    def has_right(self, code):
        return code in self.codes


@requires("survey.edit", "member.edit")
def edit(request):
    return HttpResponse("inside")


@signed_in
def profile(request):
    return HttpResponse("inside")


@public
def notice(request):
    return HttpResponse("inside")


def ask(view, user, path="/surveys/?page=2", view_name="households:survey", headers=None, method="get"):
    request = getattr(RequestFactory(), method)(path, headers=headers or {})
    request.user = user
    request.htmx = HtmxDetails(request)
    request.resolver_match = ResolverMatch(
        view, (), {}, url_name=view_name.partition(":")[2], namespaces=["households"]
    )
    if ":" in view_name:
        request.resolver_match.view_name = view_name
    return view(request)


@pytest.mark.parametrize("codes", [("survey.edit",), ("member.edit",), ("area.view", "member.edit")])
def test_any_one_of_the_rights_suffices(codes):
    assert ask(edit, Somebody(*codes)).content == b"inside"


@pytest.mark.parametrize("codes", [(), ("survey.view",)])
def test_without_any_of_them_the_missing_rights_are_named(codes):
    with pytest.raises(MissingRight) as refused:
        ask(edit, Somebody(*codes))
    assert refused.value.codes == ("survey.edit", "member.edit")


@pytest.mark.parametrize("view", [edit, profile])
def test_nobody_is_sent_to_sign_in_and_back(view):
    response = ask(view, AnonymousUser())
    assert response.status_code == 302
    assert response.url.endswith("?next=/surveys/%3Fpage%3D2")


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in():
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/households/?q=wjg"}
    response = ask(profile, AnonymousUser(), headers=headers)
    assert response.status_code == 200
    assert response["HX-Redirect"].endswith("?next=/households/%3Fq%3Dwjg")


def test_after_a_post_one_comes_back_to_the_page_not_the_address_of_the_post():
    headers = {"Referer": "http://testserver/households/7/"}
    response = ask(profile, AnonymousUser(), method="post", headers=headers)
    assert response.url.endswith("?next=/households/7/")
    away = ask(profile, AnonymousUser(), method="post", headers={"Referer": "http://elsewhere.cn/x/"})
    assert away.url.endswith("?next=/")


@pytest.mark.parametrize("view", [edit, profile])
def test_a_first_password_leads_nowhere_but_to_its_change(view):
    user = Somebody("survey.edit", must_change_password=True)
    response = ask(view, user)
    assert response.status_code == 302
    assert "password" in response.url


@pytest.mark.parametrize("name", ["accounts:change-password", "accounts:sign-out"])
def test_the_change_itself_and_leaving_stay_open(name):
    user = Somebody(must_change_password=True)
    assert ask(profile, user, view_name=name).content == b"inside"


def test_public_is_for_everybody():
    assert ask(notice, AnonymousUser()).content == b"inside"
    assert ask(notice, Somebody(must_change_password=True)).content == b"inside"


def test_every_view_can_be_asked_what_it_wants():
    assert rights_of(edit) == ("survey.edit", "member.edit")
    assert rights_of(profile) == ("signed_in",)
    assert rights_of(notice) == ("public",)
    assert rights_of(require_POST(edit)) == ("survey.edit", "member.edit")
    assert rights_of(lambda request: None) is None


def test_requires_wants_a_right():
    with pytest.raises(ValueError, match="at least one"):
        requires()


@requires("household.view")
class Rows(APIView):
    pass


class Unsaid(APIView):
    pass


@public
class Open(APIView):
    pass


def test_an_api_view_is_listed_and_guarded_by_the_same_words():
    assert rights_of(Rows.as_view()) == ("household.view",)
    assert rights_of(Unsaid.as_view()) is None

    def passes(view, user):
        request = RequestFactory().get("/api/v1/households/")
        request.user = user
        return HasRights().has_permission(request, view())

    assert passes(Rows, Somebody("household.view"))
    assert not passes(Rows, Somebody("area.view"))
    assert not passes(Rows, AnonymousUser())
    assert not passes(Rows, Somebody("household.view", must_change_password=True))
    assert not passes(Unsaid, Somebody("household.view"))
    assert passes(Open, AnonymousUser())


def test_who_can_is_told_by_the_accounts():
    label, roles = rights.who_can("standard.publish")
    assert label != "standard.publish"
    assert roles
