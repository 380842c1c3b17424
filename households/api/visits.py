"""Visits from a phone: what it takes along, what it sends, its photos, and who is signed in."""

import gzip
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ParseError
from rest_framework.exceptions import ValidationError as Invalid
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from households.models import Household, Visit
from households.querysets import paired_with
from households.serializers.visits import (
    MOST_VISITS,
    GiveUpSerializer,
    PhotoAnswerSerializer,
    ReceivedSerializer,
    SyncAnswerSerializer,
    SyncSerializer,
    UnsentSerializer,
    VisitPhotoSerializer,
    VisitSerializer,
    photo_of,
    sent_of,
    told,
)
from households.visits.pack import MOST_CHOSEN, pack, to_visit
from households.visits.services.access import RECORD
from households.visits.services.answers import Received, answers, refused, state_of
from households.visits.services.photos import attach_photo, own_photo
from households.visits.services.photos_gone import give_up_photo, replace_photo
from households.visits.services.recording import record_visits
from households.visits.services.unsent import say_unsent
from poverty.accounts.models import User
from poverty.audit.services import record
from poverty.files.kinds import ALLOWED, Kind
from poverty.web.api_errors import error_body, fields_of
from poverty.web.api_views import ApiView
from poverty.web.refusals import BadQuery, TooLarge
from poverty.web.rights import requires, signed_in
from poverty.web.throttle import PersonThrottle

_LARGEST_PHOTO = max(one.limit for one in ALLOWED[Kind.PHOTO])
_UNREADABLE = "请求内容没有传完整，请重新发送。"


class RawBytes(BaseParser):
    """The body as it comes: what it is, is seen from its content."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None):
        """The stream itself."""
        return stream


class _Often(PersonThrottle):
    rate = "120/min"
    scope = "visits"


class _PhotosOften(PersonThrottle):
    rate = "900/min"
    scope = "visit-photos"


@requires(RECORD)
class VisitSyncView(ApiView):
    """走访离线包和走访上传。"""

    serializer_class = VisitSerializer
    pagination_class = None
    throttle_classes = [*ApiView.throttle_classes, _Often]
    parameters = {"pack": ("households",)}

    @extend_schema(
        summary="我的户（离线包）",
        parameters=[
            OpenApiParameter(
                "households",
                OpenApiTypes.STR,
                description=f"村干部选带的户，逗号分隔，最多 {MOST_CHOSEN} 户。",
            )
        ],
        responses={200: OpenApiTypes.OBJECT, 304: None},
    )
    def pack(self, request):
        """The households paired with the person today; with `households` these of his place. ETag, gzip."""
        rows = self._chosen(request)
        found = pack(request.user, rows, timezone.now())
        same = {name: value for name, value in found.items() if name not in ("made_at", "expires_at")}
        tag = f'W/"{sha256(_json(same)).hexdigest()[:32]}"'
        if tag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
            answer: HttpResponse = HttpResponseNotModified()
        else:
            answer = _compressed(_json(found), request)
            record(
                "households.visit.pack",
                actor=request.user,
                area_code=rows[0].area_id if rows else "",
                summary=f"下载我的户 {len(rows)} 户",
            )
        answer["ETag"] = tag
        answer["Cache-Control"] = "private, no-cache"
        return answer

    def _chosen(self, request) -> list[Household]:
        text = request.query_params.get("households", "")
        rows, today = Household.objects.visible_to(request.user, RECORD), timezone.localdate()
        if not text:
            return to_visit(rows.filter(pk__in=paired_with(request.user)), today)
        keys = text.split(",")
        if not all(one.isascii() and one.isdigit() and len(one) <= 18 for one in keys):
            raise BadQuery({"households": "写成 1,2,3 的样子。"})
        if len(set(keys)) > MOST_CHOSEN:
            raise BadQuery({"households": f"一次最多 {MOST_CHOSEN} 户。"})
        return to_visit(rows.filter(pk__in={int(one) for one in keys}), today)

    @extend_schema(summary="上传走访", request=SyncSerializer, responses=SyncAnswerSerializer)
    def sync(self, request):
        """At most 50 visits, each answered on its own; the same identity again answers what stands."""
        visits = request.data.get("visits")
        if not isinstance(visits, list) or set(request.data) != {"visits"}:
            raise ValidationError({"visits": ['请求内容写成 {"visits": [...]} 的样子。']})
        if len(visits) > MOST_VISITS:
            raise ValidationError({"visits": [f"一次最多 {MOST_VISITS} 次走访。"]})
        found: list[Received | None] = []
        good = []
        reader = VisitSerializer()  # its fields are built once for all visits
        for one in visits:
            answer, sent = self._read(reader, one)
            found.append(answer)
            if sent is not None:
                good.append(sent)
        recorded = iter(record_visits(good, actor=request.user) if good else ())
        return Response({"results": [told(one or next(recorded)) for one in found]})

    def _read(self, reader: VisitSerializer, data: Any):
        """(answer, None) of a visit that cannot be read, (None, visit) of one that can."""
        identity = data.get("identity", "") if isinstance(data, Mapping) else ""
        identity = identity if isinstance(identity, str) and len(identity) <= 36 else ""
        try:
            values = reader.run_validation(data)
        except Invalid as error:
            return refused(identity, fields_of(error.detail)), None
        if values["user"] != self.request.user.pk:
            return refused(identity, {"user": [_of_another(values["user"])]}), None
        return None, sent_of(values)


@requires(RECORD)
class VisitUnsentView(ApiView):
    """手机上未发送的走访。"""

    serializer_class = UnsentSerializer
    pagination_class = None

    @extend_schema(summary="报告手机上未发送的走访", request=UnsentSerializer, responses={204: None})
    def say(self, request):
        """Counts only: the office sees who has what waiting for how long. The same again changes nothing."""
        reader = UnsentSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        data = reader.validated_data
        say_unsent(data["phone"], reader.told(), data["device"], actor=request.user)
        return Response(status=204)


@requires(RECORD, "visit.view")
class VisitAnswerView(ApiView):
    """一次走访。"""

    serializer_class = ReceivedSerializer
    pagination_class = None

    @extend_schema(summary="一次走访的情况", responses=ReceivedSerializer)
    def answer(self, request, identity):
        """What stands of a visit: of one's own, or of a household that one sees."""
        own = Visit.objects.filter(Q(visitor=request.user) | Q(recorded_by=request.user))
        visible = Visit.objects.visible_to(request.user)
        row = get_object_or_404(own | visible, identity=identity)
        return Response(told(answers([row])[row.identity]))


@requires(RECORD)
class VisitPhotoView(ApiView):
    """走访照片。"""

    serializer_class = PhotoAnswerSerializer
    parser_classes = [RawBytes]
    pagination_class = None
    throttle_classes = [*ApiView.throttle_classes, _PhotosOften]

    @extend_schema(summary="走访照片到了没有", responses=PhotoAnswerSerializer)
    def get(self, request, identity, photo):
        """What stands of one's own visit, by one of its photos."""
        own = Visit.objects.filter(Q(visitor=request.user) | Q(recorded_by=request.user))
        row = get_object_or_404(own, identity=identity, photos__identity=photo)
        return Response({"state": state_of(row.pk)})

    @extend_schema(
        summary="上传走访照片",
        request={
            "image/jpeg": OpenApiTypes.BINARY,
            "image/png": OpenApiTypes.BINARY,
            "image/webp": OpenApiTypes.BINARY,
        },
        responses=PhotoAnswerSerializer,
    )
    def put(self, request, identity, photo):
        """The bytes as they were announced. The same again answers 200, others 422: `another_photo` where other bytes
        came than announced (it may have been cut, and is sent again), else why this photo is never taken.
        """
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdigit() and int(length) > _LARGEST_PHOTO:
            raise TooLarge
        try:
            state = attach_photo(identity, photo, request._request, actor=request.user)
        except ValidationError as error:
            return _why_not(error)
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except OSError as error:
            raise ParseError(_UNREADABLE) from error
        return Response({"state": state})


@requires(RECORD)
class VisitPhotoGoneView(ApiView):
    """送不到的走访照片：换一张，或放弃。"""

    serializer_class = PhotoAnswerSerializer
    pagination_class = None
    throttle_classes = [*ApiView.throttle_classes, _PhotosOften]

    @extend_schema(summary="换一张走访照片", request=VisitPhotoSerializer, responses=PhotoAnswerSerializer)
    def replace(self, request, identity, photo):
        """Announce another photo in the place of one that was refused; its bytes follow by PUT. The same again changes
        nothing.
        """
        self._require_own(identity, photo)
        reader = VisitPhotoSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        another = photo_of(reader.validated_data)
        try:
            state = replace_photo(identity, photo, another, actor=request.user)
        except ValidationError as error:
            return _why_not(error)
        return Response({"state": state})

    @extend_schema(summary="放弃走访照片", request=GiveUpSerializer, responses=PhotoAnswerSerializer)
    def give_up(self, request, identity, photo):
        """Wait for this photo no more, with the reason. Of one that has come after all nothing changes."""
        self._require_own(identity, photo)
        reader = GiveUpSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        reason = reader.validated_data["reason"]
        return Response({"state": give_up_photo(identity, photo, reason, actor=request.user)})

    def _require_own(self, identity, photo) -> None:
        """Whose photo it is not learns nothing, whatever he sends."""
        try:
            own_photo(identity, photo, self.request.user)
        except ObjectDoesNotExist as error:
            raise Http404 from error


@signed_in
class SessionView(ApiView):
    """登录状态。"""

    pagination_class = None

    @extend_schema(summary="登录状态", responses=OpenApiTypes.OBJECT)
    def session(self, request):
        """Who is signed in, the token that changes need, and when the session ends; 401 for nobody."""
        by_session = isinstance(request.successful_authenticator, SessionAuthentication)
        ends = request._request.session.get_expiry_date() if by_session else None
        return Response(
            {
                "user": {"id": request.user.pk, "name": request.user.name},
                "csrf": get_token(request._request) if by_session else None,
                "expires_at": timezone.localtime(ends).isoformat(timespec="seconds") if ends else None,
            }
        )


def _why_not(error: ValidationError) -> Response:
    """A refusal with its own code: the phone sends again what was only cut, and asks its owner about the rest."""
    return Response(error_body(getattr(error, "code", None) or "invalid", error.messages[0]), status=422)


def _of_another(user_id: int) -> str:
    # A number tried out tells no more than a surname.
    name = User.objects.filter(pk=user_id).values_list("name", flat=True).first()
    whose = f"{name[:1]}××" if name else "另一个人"
    return f"这是{whose}的走访，请由本人登录后发送。"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _compressed(content: bytes, request) -> HttpResponse:
    """JSON, compressed where the caller takes it: what is in it is chosen by nobody else, so its length tells nothing."""
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(gzip.compress(content, 6) if takes else content, content_type="application/json")
    if takes:
        answer["Content-Encoding"] = "gzip"
    patch_vary_headers(answer, ["Accept-Encoding", "Cookie", "Authorization"])
    return answer
