"""Pinyin of personal names, for search by initials and for sorting.

Single readings come from pypinyin's character table. Its phrase table is left out: it costs
0.2 s and 45 MB at every start and is made of words, not names. Instead, surnames with a reading
of their own stand here, and the few characters that are read differently in given names.
"""

import os
import re
import unicodedata

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # read by pypinyin when it is imported

from pypinyin.pinyin_dict import pinyin_dict

# Surnames that the character table reads otherwise. Where people differ, the commoner: 盖 also
# gai, 覃 also tan (qin in Guangxi), 乐 also le, 隗 also kui.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "朴": "piao", "区": "ou",
    "盖": "ge", "折": "she", "乜": "nie", "缪": "miao", "隗": "wei", "翟": "zhai", "覃": "qin",
    "乐": "yue", "都": "du", "薄": "bo", "员": "yun", "贠": "yun", "召": "shao", "种": "chong",
    "繁": "po", "洗": "xian", "祭": "zhai", "句": "gou", "秘": "bi", "佴": "nai", "黑": "he", "颉": "xie",
    "炅": "gui", "角": "jue", "难": "ning", "卜": "bu", "晟": "cheng",
}  # fmt: skip

_DOUBLE_SURNAMES = {
    "尉迟": ("yu", "chi"), "令狐": ("ling", "hu"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"),
    "单于": ("chan", "yu"), "澹台": ("tan", "tai"), "乐正": ("yue", "zheng"), "子车": ("zi", "ju"),
    "宰父": ("zai", "fu"), "鲜于": ("xian", "yu"), "夏侯": ("xia", "hou"), "亓官": ("qi", "guan"),
    "拓跋": ("tuo", "ba"), "呼延": ("hu", "yan"), "漆雕": ("qi", "diao"), "颛孙": ("zhuan", "sun"),
    "太叔": ("tai", "shu"), "夹谷": ("jia", "gu"),
}  # fmt: skip

# Characters whose first reading in the table is not how names use them.
_IN_NAMES = {
    "长": "chang", "晟": "sheng", "珩": "heng", "都": "du", "曾": "zeng", "卜": "bu", "着": "zhu",
    "率": "shuai", "了": "liao", "呢": "ni", "薄": "bo", "靓": "liang", "还": "huan", "弹": "tan",
    "没": "mo", "镐": "hao", "重": "chong",
}  # fmt: skip

# Both stand before every letter and digit, the end of the name before the end of a syllable, so
# that a shorter name comes first and whole syllables are compared.
_END = " "
_SYLLABLE_END = "'"
# After every letter: a name with a character that no table knows comes last.
_UNKNOWN = "~"
_LATIN = re.compile(r"[0-9a-z]+")
_DOTS = re.compile(r"[·•・．.‧∙]")


class _Readings(dict[str, str]):
    """Character -> syllable without tone, read from pypinyin's table when first asked for."""

    def __missing__(self, char: str) -> str:
        tones = pinyin_dict.get(ord(char), "").split(",")[0]
        reading = "".join(
            letter
            for letter in unicodedata.normalize("NFD", tones).replace("u\u0308", "v")
            if letter.isascii() and letter.isalpha()
        )
        self[char] = reading
        return reading


_READINGS = _Readings(_IN_NAMES)


def initials(name: str) -> str:
    """First letters: "王建国" is "wjg". Latin letters and digits stay, in lower case; dots and
    blanks go; a character without a known reading is left out.
    """
    return "".join(part if is_latin else part[:1] for part, is_latin in _parts(name))


def place_initials(name: str) -> str:
    """First letters of a place name, whose first character is no surname: "解放街道" is "jfjd"."""
    return initials(f"·{name}")  # a dot says that no Han surname begins here


def sort_key(name: str) -> str:
    """A text whose byte order (collation "C") is the order of the names in pinyin: syllable by
    syllable, a shorter name first, equal readings by their characters.
    """
    syllables = [part or _UNKNOWN for part, _ in _parts(name)]
    return _SYLLABLE_END.join(syllables) + _END + name.strip()


def _parts(name: str) -> list[tuple[str, bool]]:
    """(syllable or Latin run, is it Latin) in the order of the name; "" for an unknown character."""
    text = unicodedata.normalize("NFKC", name).lower()
    if _LATIN.search(text) is None and _DOTS.search(text) is None:
        return [(syllable, False) for syllable in _chinese("".join(text.split()), surname=True)]
    # A dot or Latin letters: not a Han name, so its first character is no surname.
    parts: list[tuple[str, bool]] = []
    position = 0
    for run in _LATIN.finditer(text):
        parts += [(syllable, False) for syllable in _chinese(text[position : run.start()], surname=False)]
        parts.append((run.group(), True))
        position = run.end()
    return parts + [(syllable, False) for syllable in _chinese(text[position:], surname=False)]


def _chinese(text: str, *, surname: bool) -> list[str]:
    if not surname:
        return [_READINGS[char] for char in text if char.isalpha()]
    if len(text) > 2 and text[:2] in _DOUBLE_SURNAMES:
        return [*_DOUBLE_SURNAMES[text[:2]], *(_READINGS[char] for char in text[2:])]
    first = text[:1]
    return [_SURNAMES.get(char) or _READINGS[char] for char in first] + [_READINGS[char] for char in text[1:]]
