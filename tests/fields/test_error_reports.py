"""Nothing that was typed stands in an error report, a mail about it, or the log."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.views.debug import get_exception_reporter_class

from households.models import Household
from poverty.fields.error_reports import PersonalDataFilter, cover
from poverty.local import gunicorn_settings
from poverty.web.api_views import ApiView
from poverty.web.rights import public
from tests.factories.areas import make_area

ROOT = Path(__file__).resolve().parent.parent.parent
NUMBER, PHONE, ACCOUNT, NAME = "220503196001021239", "13812345678", "6222020200012345", "欧阳翠花"
TYPED = {
    "name": f" {NAME} ",
    "identity": NUMBER,
    "phone": "138 1234 5678",
    "bank_account": ACCOUNT,
    "year": "2018",
}
SECRETS = (NUMBER, PHONE, "138 1234 5678", ACCOUNT, NAME)


def tell_everything(request):
    """A view that fails with what was typed in its hands and in its words."""
    name, identity = request.POST["name"].strip(), request.POST["identity"]
    row = {"name": name, "identity": identity}
    raise ValueError(f"cannot store {row} of {request.POST['phone']}, account {request.POST['bank_account']}")


def tell_json(request):
    """The same for a program's body."""
    body = json.loads(request.body)
    raise ValueError(f"cannot store {body['people'][0]['name']} {body['people'][0]['identity']}")


def tell_a_row(request):
    """PostgreSQL refuses a row and quotes it."""
    make_area("220503100204")
    Household.objects.create(area_id="220503100204", head_name=request.POST["name"].strip(), size=-1)


@public
class Telling(ApiView):
    """A view of the API that fails with what its parser read."""

    authentication_classes = ()
    throttle_classes = ()

    def create(self, request):
        one = request.data["people"][0]
        raise ValueError(f"cannot store {one['name']} {one['identity']}")


def tell_nobody(request):
    return HttpResponse("ok")


urlpatterns = [
    path("form/", tell_everything),
    path("json/", tell_json),
    path("api/v1/telling/", Telling.as_view({"post": "create"})),
    path("row/", tell_a_row),
    path("fine/", tell_nobody),
]
handler500 = "poverty.web.errors.server_error"


@pytest.fixture
def log(settings):
    """What the handlers of the settings write, as text."""
    settings.ROOT_URLCONF = __name__
    written = io.StringIO()
    handler = next(
        one
        for one in logging.getLogger().handlers
        if any(isinstance(rule, PersonalDataFilter) for rule in one.filters)
    )
    former = handler.setStream(written)
    yield written
    handler.setStream(former)


@pytest.fixture
def mails(settings):
    settings.ADMINS = [("值班", "duty@example.org")]
    return mail.outbox


def post(url, data, **options):
    return Client(raise_request_exception=False).post(url, data, **options)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "said"), [("/form/", "cannot store {'name': '***'"), ("/row/", "household_size_not_negative")]
)
def test_a_form_that_fails_leaves_nothing_in_the_log_nor_in_the_mail(log, mails, url, said):
    assert post(f"{url}?q={NUMBER}&name=%E6%AC%A7", TYPED).status_code == 500
    assert "Traceback" in log.getvalue()
    assert said in log.getvalue()
    [sent] = mails
    assert "POST" in sent.body
    assert "bank_account" in sent.body
    for text in (log.getvalue(), sent.subject + sent.body):
        assert [one for one in (*SECRETS, "%E6%AC%A7") if one in text] == []
    assert "2018" not in sent.body.split("POST:")[1].split("FILES:")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/json/", "/api/v1/telling/"])
def test_a_program_that_fails_leaves_nothing_either(log, mails, url):
    body = json.dumps({"people": [{"name": NAME, "identity": NUMBER}]})
    assert post(url, body, content_type="application/json").status_code == 500
    assert "cannot store *** ***" in log.getvalue()
    assert [one for one in SECRETS if one in log.getvalue() + mails[0].body] == []


@pytest.mark.parametrize("url", ["/json/", "/api/v1/telling/"])
@pytest.mark.django_db
def test_a_body_that_is_nested_too_deep_breaks_no_report(log, mails, url):
    body = '{"people": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert post(url, body, content_type="application/json").status_code in (400, 500)
    assert "During handling of the above" not in log.getvalue()


@pytest.mark.parametrize("debug", [False, True])
def test_the_report_itself_tells_types_not_values(settings, debug):
    settings.DEBUG = debug
    request = RequestFactory().post(f"/form/?q={NUMBER}", TYPED, headers={"referer": f"/?q={PHONE}"})
    request.POST  # noqa: B018  read, as every view does
    try:
        tell_everything(request)
    except ValueError:
        report = get_exception_reporter_class(request)(request, *sys.exc_info())
    html, text = report.get_traceback_html(), report.get_traceback_text()
    assert [one for one in SECRETS if one in html or one in text] == []
    assert "&lt;str&gt;" in html
    assert "<dict>" not in text
    assert "ValueError" in text
    assert "tell_everything" in text
    assert "PERSONAL_DATA" not in html  # no settings


def test_the_log_keeps_what_an_operator_needs():
    assert cover("Job 12 (assess) failed, error id 1121-7F3K9Q at 2018-11-21 09:30:11 in 220503") == (
        "Job 12 (assess) failed, error id 1121-7F3K9Q at 2018-11-21 09:30:11 in 220503"
    )
    assert cover("GET /households/?q=%E7%8E%8B&page=2 200") == "GET /households/?*** 200"
    assert cover("号码２２０５０３１９６００１０２１２３９重复") == "号码***重复"


@pytest.mark.parametrize("path_", ["/fine/?q=13812345678", "/nowhere/?q=13812345678"])
@pytest.mark.django_db
def test_no_query_is_logged(log, path_):
    Client().get(path_)
    logging.getLogger("django.server").info('"GET %s HTTP/1.1" 200 3', path_)
    assert PHONE not in log.getvalue()
    assert "?***" in log.getvalue()


def test_the_web_server_logs_no_requests_and_covers_its_errors():
    assert gunicorn_settings.accesslog is None
    code = (
        "from gunicorn.config import Config\n"
        "config = Config(); config.set('errorlog', '-')\n"
        f"config.set('logger_class', '{gunicorn_settings.logger_class}')\n"
        f"config.logger_class(config).error('Error handling request %s', '/households/?q={NUMBER}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Error handling request /households/?***" in done.stderr
    assert NUMBER not in done.stderr


def test_workers_write_to_the_same_log():
    """Celery with its usual options sets up nothing of its own that would pass the filter by."""
    code = (
        "import django, logging\n"
        "django.setup()\n"
        "from poverty.celery import app\n"
        "app.log.setup(loglevel='INFO')\n"
        f"logging.getLogger('celery.app.trace').error('Task raised {NUMBER}')\n"
        f"logging.getLogger('celery.task').error('Task said {PHONE}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.count("***") == 2
    assert NUMBER not in done.stderr
    assert PHONE not in done.stderr
