"""Visits arriving from phones: fifty a second with a photo each, the answer to twenty, what a phone takes along."""

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from queue import Empty, Queue
from random import Random
from uuid import UUID, uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from households.models import Household, Pairing, Survey, Visit, VisitPhoto, VisitTemplate
from households.visits.services.photo_flags import flag_photos
from poverty.accounts.models import Role
from poverty.files.models import StoredFile
from poverty.files.pictures import make
from tests.bench.output import figure, percentile, remark, seconds
from tests.bench.register import PROVINCE, YEAR
from tests.factories.accounts import make_posting, make_user

HOUSEHOLDS = 20_000
HELPERS, OWN = 100, 50
SECONDS, A_SECOND, A_PHONE = 60, 50, 5  # five visits of a day are sent together
THREADS = 24
PHOTO_BYTES = 300_000
DAY = f"{YEAR}-06-15"


@dataclass
class Phone:
    """A helper's phone: his session and his households with what he saw of them."""

    user: int
    cookies: str
    csrf: str
    households: list[tuple[int, bool | None]] = field(default_factory=list)


def measure() -> None:
    """Every figure of visits, on the database that is entered: a register is filled in beforehand."""
    call_command("load_visit_templates", verbosity=0)
    phones = _phones()
    template = VisitTemplate.objects.for_place(PROVINCE, YEAR).first().pk
    port, server = _serve()
    try:
        _pack(phones[0])
        _twenty(phones, template, port)
        _arriving(phones, template, port)
    finally:
        server.terminate()
        server.wait(30)
    _backlog()


def _phones() -> list[Phone]:
    """A hundred helpers with fifty households each, of one village or two beside each other."""
    paired = Pairing.objects.filter(order=1, valid_to=None, household__state="registered")
    taken = iter(Household.objects.filter(pk__in=paired.values("household")).order_by("area_id", "pk"))
    made = []
    for number in range(HELPERS):
        helper = make_user(f"测访{number}", username=f"bench-visitor-{number}")
        own = [next(taken) for _ in range(OWN)]
        make_posting(helper, Role.HELPER, own[0].area_id[:6])
        Pairing.objects.filter(household__in=own).update(helper=helper)
        known = dict(
            Survey.objects.filter(household__in=own, year=YEAR).values_list("household_id", "in_cooperative")
        )
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(helper)
        token = client.get(reverse("api:session")).json()["csrf"]
        cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
        made.append(Phone(helper.pk, cookies, token, [(one.pk, known.get(one.pk)) for one in own]))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return made


def _serve() -> tuple[int, subprocess.Popen]:
    """The web server as it runs for people, on the database that is entered; its port, and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = connection.settings_dict
    address = f"postgresql://{named['USER']}:{named['PASSWORD']}@/{named['NAME']}?host={named['HOST']}&port={named['PORT']}"
    if not str(named["HOST"]).startswith("/"):
        address = f"postgresql://{named['USER']}:{named['PASSWORD']}@{named['HOST']}:{named['PORT']}/{named['NAME']}"
    env = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "WEB_BIND": f"127.0.0.1:{port}",
        "WEB_WORKERS": "2",
        "WEB_THREADS": "8",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:poverty.local.gunicorn_settings",
        "poverty.wsgi",
    ]
    server = subprocess.Popen(command, env=env, cwd=settings.BASE_DIR)
    for _ in range(120):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return port, server
        except OSError:
            time.sleep(0.5)
    server.terminate()
    raise RuntimeError("the web server did not come up")


def _visit(phone: Phone, place: tuple[int, bool | None], template: int, photo: dict | None = None) -> dict:
    """A visit as the phone would send it: one fact changed, two confirmed, an answer, a sum, a remark."""
    household, cooperative = place
    return {
        "identity": str(uuid4()),
        "user": phone.user,
        "household": household,
        "year": YEAR,
        "template": template,
        "happened_on": DAY,
        "late_reason": "测速",
        "facts": [{"member": None, "field": "in_cooperative", "base": cooperative, "value": not cooperative}],
        "amounts": [{"direction": "income", "item": "", "amount": "1200.00", "note": "卖玉米"}],
        "remark": "看了住房和饮水，交谈半小时。",
        "photos": [photo] if photo else [],
        "device": "bench",
    }


def _photo(rng: Random, basis: bytes) -> tuple[dict, bytes]:
    """A photo that nobody sent before: the same picture with other bytes behind it."""
    content = basis + rng.randbytes(32)
    told = {
        "identity": str(UUID(int=rng.getrandbits(128), version=4)),
        "bytes": len(content),
        "kind": "house",
    }
    return told | {
        "sha256": hashlib.sha256(content).hexdigest(),
        "taken_at": f"{DAY}T09:30:00+08:00",
    }, content


def _basis() -> bytes:
    """A picture of about PHOTO_BYTES that decodes, with the time it was taken left out."""
    rng = Random(5)
    picture = Image.frombytes("RGB", (320, 240), rng.randbytes(320 * 240 * 3)).resize((1280, 960))
    for quality in range(95, 20, -5):
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= PHOTO_BYTES:
            break
    return out.getvalue()


class _Line:
    """A connection that stays open, as a phone's does."""

    def __init__(self, port: int):
        self._port, self._line = port, http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, phone: Phone, method: str, path: str, body: bytes, kind: str) -> dict:
        head = {
            "Cookie": phone.cookies,
            "X-CSRFToken": phone.csrf,
            "Content-Type": kind,
            "Host": f"127.0.0.1:{self._port}",
        }
        self._line.request(method, path, body, head)
        answer = self._line.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {text[:300]!r}")
        return json.loads(text)

    def sync(self, phone: Phone, visits: list[dict]) -> list[dict]:
        body = json.dumps({"visits": visits}).encode()
        return self.send(phone, "POST", reverse("api:visit-sync"), body, "application/json")["results"]


def _pack(phone: Phone) -> None:
    """What a phone takes along for thirty households, compressed."""
    client = Client(HTTP_HOST="127.0.0.1", HTTP_COOKIE=phone.cookies)
    keys = ",".join(str(key) for key, _ in phone.households[:30])
    address = f"{reverse('api:visit-pack')}?households={keys}"
    answer = client.get(address, HTTP_ACCEPT_ENCODING="gzip")
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}: {answer.content[:300]!r}")
    took = sorted(seconds(lambda: client.get(address, HTTP_ACCEPT_ENCODING="gzip")) * 1000 for _ in range(10))
    figure(
        "visit_pack_bytes", 30, len(answer.content) / 1000, "kB", reach="value <= 100", ms=round(took[5], 1)
    )


def _twenty(phones: list[Phone], template: int, port: int) -> None:
    """The answer to twenty visits, one phone after the other."""
    line, times = _Line(port), []
    for phone in phones[:33]:
        visits = [_visit(phone, place, template) for place in phone.households[-20:]]
        found: list = []
        times.append(seconds(lambda p=phone, v=visits, f=found: f.extend(line.sync(p, v))) * 1000)
        states = Counter(one["state"] for one in found)
        if states != {"received": 20}:
            odd = [one for one in found if one["state"] != "received"]
            raise RuntimeError(f"twenty visits were answered {states}: {odd[0]}")
    figure(
        "visit_sync_of_twenty_p95", 20, percentile(times[3:], 0.95), "ms", reach="value <= 500",
        median=round(percentile(times[3:], 0.5), 1),
    )  # fmt: skip


def _arriving(phones: list[Phone], template: int, port: int) -> None:
    """Fifty visits a second for a minute: five of a phone at once, their photos after them; then all are looked for."""
    rng, basis = Random(9), _basis()
    rounds: Queue = Queue()
    for number in range(SECONDS * A_SECOND // A_PHONE):
        phone = phones[number % HELPERS]
        begin = number // HELPERS * A_PHONE
        photos = [_photo(rng, basis) for _ in range(A_PHONE)]
        places = phone.households[begin : begin + A_PHONE]
        visits = [
            _visit(phone, place, template, told) for place, (told, _) in zip(places, photos, strict=True)
        ]
        rounds.put((number * A_PHONE / A_SECOND, phone, visits, [content for _, content in photos]))
    sent, states, answered, faults = [], Counter(), [], []
    started = time.perf_counter() + 1

    def work():
        line = _Line(port)
        while True:
            try:
                due, phone, visits, photos = rounds.get_nowait()
            except Empty:
                return
            time.sleep(max(0.0, started + due - time.perf_counter()))
            try:
                begin = time.perf_counter()
                line.sync(phone, visits)
                answered.append((time.perf_counter() - begin) * 1000)
                for one, content in zip(visits, photos, strict=True):
                    path = reverse("api:visit-photo", args=[one["identity"], one["photos"][0]["identity"]])
                    states[line.send(phone, "PUT", path, content, "image/jpeg")["state"]] += 1
                    sent.append(one["identity"])
            except (OSError, RuntimeError, http.client.HTTPException) as error:
                faults.append(str(error))
                line = _Line(port)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took = time.perf_counter() - started
    wanted = SECONDS * A_SECOND
    kept = Visit.objects.filter(identity__in=sent, photos_arrived=1).count()
    if faults:
        remark(f"{len(faults)} requests failed, the first: {faults[0]}")
    figure(
        "visits_accepted_once", wanted, kept / wanted * 100, "%", reach="value >= 100", states=dict(states)
    )
    figure(
        "visits_a_second", kept, kept / took, "/s", reach="value >= 48", seconds=round(took, 1),
        sync_p95=round(percentile(answered, 0.95)), sync_median=round(percentile(answered, 0.5)),
        photo_kB=round(len(basis) / 1000),
    )  # fmt: skip


def _backlog() -> None:
    """The photos that the minute left for the workers, and how many of them one worker decodes in a second."""
    waiting = list(StoredFile.objects.filter(picture="pending").values_list("pk", flat=True))
    some = waiting[:100]
    took = seconds(lambda: [make(pk) for pk in some])
    flagged = VisitPhoto.objects.unchecked().count()
    flags = seconds(flag_photos)
    figure(
        "visit_photos_left_for_workers", SECONDS * A_SECOND, len(waiting), "photos",
        decoded_a_second=round(len(some) / took, 1) if some else 0, flags_left=flagged, flags_seconds=round(flags, 2),
    )  # fmt: skip
