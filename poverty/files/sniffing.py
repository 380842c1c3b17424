"""Recognise a file by its content. The name, its ending and what the browser says do not count."""

import codecs
import re
from pathlib import Path

from poverty.files import kinds, office
from poverty.files.kinds import ContentType
from poverty.files.refusals import refusal

_HEAD = 4096
_TAIL = 2048
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|\?xml|iframe|object)", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sniff(path: Path, kind: str) -> ContentType:
    """Return the type of the content, examined as far as that goes without decoding it.

    ValidationError when it is none that a file of `kind` may have, or damaged, encrypted, with macros, or two
    formats in one.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = _by_head(head, path)
    allowed = kinds.ALLOWED[kind]
    if found is None:
        raise refusal("unknown", allowed=kinds.named(kind))
    if found not in allowed:
        raise refusal("not_allowed", found=found.label, allowed=kinds.named(kind))
    _check_single(found, path, head)
    return found


def _by_head(head: bytes, path: Path) -> ContentType | None:
    if head.startswith(b"\xff\xd8\xff"):
        return kinds.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return kinds.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return kinds.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise refusal("heic")
    if head.startswith(b"%PDF-"):
        return kinds.PDF
    if head.startswith(b"PK\x03\x04"):
        return office.examine(path)
    if head.startswith(_OLE):
        raise refusal("old_office")
    return kinds.CSV if _is_plain_text(path, head) else None


def _check_single(found: ContentType, path: Path, head: bytes) -> None:
    """One file, one format. Phones append a video to a photo; an archive or a PDF inside is no accident."""
    if found in (kinds.DOCX, kinds.XLSX, kinds.CSV):
        return
    tail = office.tail_of(path)
    if found is kinds.PDF:
        if b"%%EOF" not in tail[-_TAIL:]:
            raise refusal("damaged")
    elif b"%PDF-" in head[:1024]:
        raise refusal("polyglot")
    if office.ends_as_archive(tail):
        raise refusal("polyglot")


def _is_plain_text(path: Path, head: bytes) -> bool:
    """Whether the whole file is readable text in UTF-8 or GB18030, without control characters or markup."""
    if head.startswith((b"#!", b"MZ", b"\x7fELF")) or _MARKUP.search(head):
        return False
    return any(_decodes(path, encoding) for encoding in ("utf-8-sig", "gb18030"))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while True:
            chunk = file.read(1 << 20)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return False
            if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text):
                return False
            if not chunk:
                return True
