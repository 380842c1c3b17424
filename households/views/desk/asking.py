"""What a page of the desk was asked for: the step, the place, the kind; carried along in the address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from households.desk.order import Order, order_of
from households.desk.queue import CLEAN, OBJECTED, POSTED, Queue, queue
from households.desk.stages import REVIEW, RIGHT, STAGES, Stage, desk_cases
from households.models import ExitCase
from households.options.desk_options import CASE_EXCEPTIONS
from poverty.areas.names import full_names

KINDS = ("", *CASE_EXCEPTIONS, CLEAN, POSTED, OBJECTED)


@dataclass(frozen=True)
class Asked:
    """A queue as it stands in an address."""

    stage: Stage
    place: str = ""
    kind: str = ""

    @property
    def query(self) -> str:
        """`?place=…&kind=…`; "" for the whole queue of the first step."""
        values = {
            "stage": "" if self.stage is REVIEW else self.stage.key,
            "place": self.place,
            "kind": self.kind,
        }
        kept = {name: value for name, value in values.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def url(self, name: str, *args) -> str:
        """An address of the desk that goes on in this queue."""
        return reverse(f"households:{name}", args=args) + self.query

    def waiting(self, user) -> Queue:
        """What waits there; of one township only where one was asked for."""
        return queue(user, self.stage, place=self.place)

    def order(self, user) -> Order:
        """The same as what is worked down, case by case."""
        return order_of(user, self.stage, self.place, self.kind)


def asked_for(values) -> Asked:
    """What an address or a form names; what it does not know is left out."""
    place, kind = values.get("place", ""), values.get("kind", "")
    return Asked(
        STAGES.get(values.get("stage", ""), REVIEW),
        place if is_place(place) else "",
        kind if kind in KINDS else "",
    )


def is_place(code: str) -> bool:
    """Whether a text may be the code of a county or of something in it."""
    return code.isascii() and code.isdigit() and len(code) in (6, 9, 12)


def case_for(user, pk: int) -> ExitCase:
    """A case that the person reviews, with its household and places, or 404."""
    rows = desk_cases(user).select_related("household__area", "household__settlement", "household__head")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def place_for(user, code: str) -> str:
    """A place in which, or above which, the person decides, or 404."""
    if not is_place(code) or not user.has_right_at(RIGHT, code):
        raise Http404
    return code


def names_of(codes) -> dict[str, str]:
    """Names of places below the county."""
    codes = set(codes)
    below = min((code[:6] for code in codes), default="")
    return full_names(codes, below=below if len({code[:6] for code in codes}) == 1 else "")
