"""Sample arguments of the addresses of notices, for everybody and for the office: an exit's list hangs from today."""

from poverty.accounts.models import Role
from poverty.notices.views.public import RECEIPT
from poverty.review.services.notices import code_of, post_notice
from poverty.review.services.objections import receive_objection
from poverty.web import opaque
from tests.factories.exits import Walk
from tests.url_samples import Place, Sample

# Whoever is paired with one household sees no list, nor does a bureau.
UNSEEING = frozenset({Role.HELPER.value, Role.BUREAU_OFFICER.value})


def _notice(place: Place):
    walk = Walk(count=1, village=place.village).to("agreed")  # who is not so far is not posted
    paper = {"title": "公示", "place": "村务公开栏", "publisher": "村民委员会", "contact": "镇扶贫办"}
    return post_notice(walk.roster, "first", actor=walk.clerk, **paper)[0]


def _names(place: Place):
    notice = _notice(place)
    return Sample({"pk": notice.pk, "code": code_of(notice)})


def _received(place: Place):
    objection = receive_objection(_notice(place), channel="web", about="第1号", text="家里有小汽车")
    return Sample({"token": opaque.pack(RECEIPT, objection.pk)})


SAMPLES = {
    "notices:area": lambda place: Sample({"code": place.county}),
    "notices:notice": lambda place: Sample({"pk": _notice(place).pk}),
    "notices:names": _names,
    "notices:object": lambda place: Sample({"pk": _notice(place).pk}),
    "notices:received": _received,
    "notices:sheet": lambda place: Sample({"pk": _notice(place).pk}, hidden_from=UNSEEING),
}
