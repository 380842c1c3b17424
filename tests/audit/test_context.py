import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from poverty.audit.context import Origin, client_address, current, remember_origin
from poverty.audit.models import Entry
from poverty.audit.services import record


def request_from(address="10.1.2.3", forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, **headers)


@pytest.mark.parametrize(
    ("behind", "address", "forwarded", "expected"),
    [
        (False, "10.1.2.3", None, "10.1.2.3"),
        (False, "10.1.2.3", "1.1.1.1", "10.1.2.3"),
        (True, "127.0.0.1", "6.6.6.6, 10.9.9.9", "10.9.9.9"),
        (True, "127.0.0.1", "10.9.9.9", "10.9.9.9"),
        (True, "127.0.0.1", None, "127.0.0.1"),
        (True, "127.0.0.1", "<script>", None),
        (False, "", None, None),
        (False, "::ffff:10.1.2.3", None, "10.1.2.3"),
        (False, "fe80::1%eth0", None, "fe80::1"),
    ],
)
def test_only_what_our_own_proxy_added_is_believed(settings, behind, address, forwarded, expected):
    settings.BEHIND_PROXY = behind
    assert client_address(request_from(address, forwarded)) == expected


@pytest.mark.django_db
def test_entries_of_a_request_carry_its_address_and_number(settings):
    settings.BEHIND_PROXY = False

    def view(request):
        record("x", actor=None)
        return HttpResponse()

    response = remember_origin(view)(request_from("10.1.2.3"))
    entry = Entry.objects.get()
    assert entry.address == "10.1.2.3"
    assert len(entry.request_id) == 32
    assert response["X-Request-ID"] == entry.request_id
    assert current() == Origin()


@pytest.mark.django_db
def test_outside_a_request_the_origin_is_empty():
    entry = record("x", actor=None)
    assert (entry.address, entry.request_id) == (None, "")


def test_the_origin_is_forgotten_when_the_view_fails():
    def view(request):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        remember_origin(view)(request_from())
    assert current() == Origin()


def test_the_middleware_is_installed(settings):
    assert "poverty.audit.context.remember_origin" in settings.MIDDLEWARE
