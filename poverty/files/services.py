"""Storing files and saying what they belong to.

Who may do so for a case is the business of the app whose case it is: it checks its own right, then calls
these.
"""

from collections.abc import Callable, Iterable, Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.functions import Now

from poverty.audit.services import record
from poverty.files import images, kinds, storage, tasks
from poverty.files.models import FileLink, Picture, StoredFile, Upload
from poverty.files.names import clean_name
from poverty.files.refusals import refusal
from poverty.files.sniffing import sniff

_CHUNK = 1 << 20


def store(
    upload,
    *,
    actor,
    area_code: str,
    kind: str,
    place: Callable[[storage.Received], object] = storage.place,
    at_once: bool = True,
) -> StoredFile:
    """Examine an upload and keep it; returns the file, the same one for the same content.

    `upload` is Django's UploadedFile or an open binary file with a name; `kind` one of kinds.Kind;
    `area_code` where it was brought; `place` puts the content where it is to stand. ValidationError (codes
    in refusals.py) when it is empty, too large, of no accepted content, damaged, encrypted, with macros or
    a bomb; then nothing is kept. Pictures of an image are made by a worker after commit; without `at_once` the next
    sweep sends for it (many come in a minute).
    """
    try:
        with storage.receive(_chunks(upload), kinds.LARGEST) as received:
            if not received.size:
                raise refusal("empty")
            content_type = sniff(received.path, kind)
            if received.size > content_type.limit:
                raise refusal("too_large", limit=content_type.limit // kinds.MEGABYTE)
            facts = images.examine(received.path, content_type) if content_type.is_image else None
            place(received)
    except storage.TooLarge as error:
        raise refusal("too_large", limit=kinds.LARGEST // kinds.MEGABYTE) from error
    name = clean_name(getattr(upload, "name", "") or "", content_type)
    values = {
        "kind": kind,
        "name": name,
        "content_type": content_type.mime,
        "size": received.size,
        "uploaded_by": actor,
        "area_code": area_code,
    }
    if facts is not None:
        values |= vars(facts) | {"picture": Picture.PENDING}
    # What was refused is refused by now: whatever fails from here on is a fault, and undoes what the caller does as well.
    with transaction.atomic(savepoint=False):
        file = _row_of(received.sha256, values)
        Upload.objects.create(file=file, by=actor, name=name, area_code=area_code)
        # The name may hold a person's: the log has the number only.
        record("files.store", file, actor=actor, area_code=area_code, changes={"sha256": [None, file.sha256]})
        if file.is_new and at_once and file.picture == Picture.PENDING:
            transaction.on_commit(lambda: tasks.send(file.pk))
    return file


def _row_of(sha256: str, values: dict) -> StoredFile:
    """The row of a content. Nearly every one is new: that is tried first, and looked for only where it is there."""
    try:
        with transaction.atomic():
            file = StoredFile.objects.create(sha256=sha256, **values)
    except IntegrityError:
        if (found := StoredFile.objects.filter(sha256=sha256).first()) is None:
            raise
        return found
    file.is_new = True
    return file


def link(
    file: StoredFile,
    case: Model | tuple[str, int, str],
    *,
    role: str = "",
    note: str = "",
    actor,
    just_stored: bool = False,
) -> FileLink:
    """Say that a file belongs to a case (an object as the log names it, or type, id and area code), in a
    role.

    Linked already in that role, the open link is returned. PermissionDenied when the actor cannot see the
    file: else a number guessed would open it. `just_stored`: the caller has stored it for the actor in this
    transaction, which need not be asked again.
    """
    case_type, case_id, area_code = case if isinstance(case, tuple) else _named(case)
    if not just_stored and not StoredFile.objects.one_visible_to(actor, file.pk).exists():
        raise PermissionDenied("不能关联看不到的文件。")
    # What came first just now bears the name it came under, and nothing of it can be linked yet.
    is_first = just_stored and file.is_new
    upload = None if is_first else Upload.objects.filter(file=file, by=actor).order_by("-pk").first()
    try:
        with transaction.atomic(savepoint=not is_first):
            made = FileLink.objects.create(
                file=file,
                name=upload.name if upload else file.name,
                case_type=case_type,
                case_id=case_id,
                role=role,
                note=note,
                linked_by=actor,
            )
            record(
                "files.link",
                actor=actor,
                case=(case_type, case_id, area_code),
                changes={"file": [None, file.pk], "role": [None, role]},
            )
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != "one_open_link_of_a_file_to_a_case":
            raise
        return FileLink.objects.of(case_type, case_id).get(file=file, role=role)
    return made


@transaction.atomic
def unlink(link: FileLink, *, actor, area_code: str = "", reason: str = "") -> None:
    """Take a link back: dated, with who and why; the file and what it belonged to stay on record.

    ValidationError when it has been taken back already.
    """
    changed = FileLink.objects.open().filter(pk=link.pk)
    if not changed.update(removed_at=Now(), removed_by=actor, removed_reason=reason[:200]):
        raise ValidationError("该文件已被移除，请刷新页面。")
    record(
        "files.unlink",
        actor=actor,
        case=(link.case_type, link.case_id, area_code),
        changes={"file": [link.file_id, None], "role": [link.role, None]},
        purpose=reason,
    )


def _named(case: Model) -> tuple[str, int, str]:
    if hasattr(case, "audit_case"):
        return case.audit_case()
    return case._meta.label_lower, case.pk, getattr(case, "area_code", "")


def _chunks(upload) -> Iterator[bytes] | Iterable[bytes]:
    if hasattr(upload, "chunks"):
        return upload.chunks()
    return iter(lambda: upload.read(_CHUNK), b"")
