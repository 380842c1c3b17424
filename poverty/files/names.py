"""File names as people gave them, made safe to store, show and send."""

import re
import unicodedata

from poverty.files.kinds import ContentType

LONGEST = 120
NAMELESS = "未命名"
_UNFIT = re.compile(r'[<>:"|?*]')


def clean_name(name: str, content_type: ContentType) -> str:
    """Return the last part of a path without control, direction and reserved characters, at most 120 long.

    The ending becomes one of the content's own: "报告.exe" that holds a PDF is "报告.exe.pdf".
    """
    name = unicodedata.normalize("NFC", name or "").replace("\\", "/").rsplit("/", 1)[-1]
    # Control and format characters: line ends for headers, U+202E that shows "gpj.exe" as "exe.jpg".
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    name = _UNFIT.sub("_", name).strip()
    ending = next((end for end in content_type.endings if name.lower().endswith(end)), "")
    stem = name[: len(name) - len(ending)].strip(" .")
    ending = ending or content_type.endings[0]
    return (stem[: LONGEST - len(ending)] or NAMELESS) + ending
