"""Tables from above that are being filled go along when their village or county is merged or moved."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Case, Q, Value, When

from households.models import RecurringRequest, RequestMapping, RequestPart, RequestRow, TableRequest
from poverty.audit.services import record_rows

State = RequestPart.State
_FAR = (State.RETURNED, State.OPEN, State.SUBMITTED, State.ACCEPTED)


class RequestBearer:
    """Parts that are being filled go to the village that is there now, with every row and answer.

    Where both villages have a part they become one, as far as the one that was less far: nobody's rows are shut away
    unfilled or taken unseen. Tables that are over keep the villages of their day. A county's tables, recurring tables
    and meanings of headings bear its code of now.
    """

    label = "任务表"
    fields = (
        "households.tablerequest.area_code",
        "households.requestpart.area_code",
        "households.requestrow.area_code",
        "households.recurringrequest.area_code",
        "households.requestmapping.area_code",
    )

    def count(self, codes: Sequence[str]) -> int:
        """Parts being filled at these codes, and the counties' own tables."""
        parts = RequestPart.objects.filter(
            area_code__in=list(codes), request__state=TableRequest.State.ISSUED
        )
        counties = TableRequest.objects.filter(area_code__in=list(codes), state__in=("draft", "issued"))
        return parts.count() + counties.count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """Give them the new codes; return how many parts and tables were moved."""
        moved = 0
        for old, new in sorted(pairs.items()):
            # Held, so that nobody hands in or fills meanwhile; rows are locked after their parts.
            parts = list(
                RequestPart.objects.select_for_update(of=("self",))
                .filter(area_code=old, request__state=TableRequest.State.ISSUED)
                .select_related("request")
                .order_by("request_id")
            )
            for part in parts:
                _move_part(part, new)
            record_rows(
                "households.request.area_change",
                ({"obj": one.request, "area_code": new, "summary": f"{document}"[:200]} for one in parts),
                actor=actor,
            )
            moved += len(parts)
        # Drafts are not split yet; they are matched again when issued.
        running = Q(request__state__in=("draft", "issued"))
        rows = RequestRow.objects.filter(running, area_code__in=list(pairs))
        rows.update(area_code=_new_code(pairs))
        return moved + _move_counties(pairs)


def _new_code(pairs: Mapping[str, str]) -> Case:
    return Case(*(When(area_code=old, then=Value(new)) for old, new in pairs.items()))


def _move_part(part: RequestPart, new: str) -> None:
    """The part that is least far takes the rows of both: its state holds for all of them, with its own steps."""
    there = RequestPart.objects.select_for_update().filter(request=part.request_id, area_code=new).first()
    left = part
    if there is not None:
        left, given_up = sorted((there, part), key=lambda one: _FAR.index(one.state))
        RequestRow.objects.filter(part=given_up).update(part=left)
        given_up.delete()  # empty now; its steps and the log keep what was done with it
    RequestPart.objects.filter(pk=left.pk).update(area_code=new)


def _move_counties(pairs: Mapping[str, str]) -> int:
    counties = {old: new for old, new in pairs.items() if len(old) == len("220503")}
    if not counties:
        return 0
    for old, new in counties.items():
        own = RequestMapping.objects.filter(area_code=new).values("heading")
        RequestMapping.objects.filter(area_code=old, heading__in=own).delete()
    moved = TableRequest.objects.filter(area_code__in=list(counties)).update(area_code=_new_code(counties))
    for model in (RecurringRequest, RequestMapping):
        model.objects.filter(area_code__in=list(counties)).update(area_code=_new_code(counties))
    return moved
