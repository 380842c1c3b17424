"""与户主关系, AAB006 (forms.md 2.1). Codes 01 to 20 and 99 are confirmed; the rows without a code
come from the 2021 export, which also writes 户主 for 本人或户主.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options
from poverty.fields.sexes import FEMALE, MALE


@dataclass(frozen=True)
class Relation(Option):
    """`sex` is what the word implies (a key of SEXES), None when it implies nothing."""

    sex: str | None = None


HEAD = "head"
SPOUSE = "spouse"

RELATIONS = Options(
    "relations",
    [
        Relation(HEAD, "本人或户主", {"national": "01"}, ("户主", "本人")),
        Relation(SPOUSE, "配偶", {"national": "02"}, ("之配偶", "妻子", "丈夫", "之妻", "之夫")),
        Relation("son", "之子", {"national": "03"}, ("儿子", "长子", "次子"), sex=MALE),
        Relation("daughter", "之女", {"national": "04"}, ("女儿", "长女", "次女"), sex=FEMALE),
        Relation("daughter_in_law", "之儿媳", {"national": "05"}, ("儿媳",), sex=FEMALE),
        Relation("son_in_law", "之女婿", {"national": "06"}, ("女婿",), sex=MALE),
        Relation("grandson", "之孙子", {"national": "07"}, ("孙子",), sex=MALE),
        Relation("granddaughter", "之孙女", {"national": "08"}, ("孙女",), sex=FEMALE),
        Relation("daughters_son", "之外孙子", {"national": "09"}, ("外孙子", "外孙"), sex=MALE),
        Relation("daughters_daughter", "之外孙女", {"national": "10"}, ("外孙女",), sex=FEMALE),
        Relation("father", "之父", {"national": "11"}, ("父亲",), sex=MALE),
        Relation("mother", "之母", {"national": "12"}, ("母亲",), sex=FEMALE),
        Relation("wifes_father", "之岳父", {"national": "13"}, ("岳父",), sex=MALE),
        Relation("wifes_mother", "之岳母", {"national": "14"}, ("岳母",), sex=FEMALE),
        Relation("husbands_father", "之公公", {"national": "15"}, ("公公",), sex=MALE),
        Relation("husbands_mother", "之婆婆", {"national": "16"}, ("婆婆",), sex=FEMALE),
        Relation("grandfather", "之祖父", {"national": "17"}, ("祖父", "爷爷"), sex=MALE),
        Relation("grandmother", "之祖母", {"national": "18"}, ("祖母", "奶奶"), sex=FEMALE),
        Relation("mothers_father", "之外祖父", {"national": "19"}, ("外祖父", "外公"), sex=MALE),
        Relation("mothers_mother", "之外祖母", {"national": "20"}, ("外祖母", "外婆"), sex=FEMALE),
        Relation("sibling", "之兄弟姐妹", {}, ("兄弟姐妹",)),
        Relation("great_grandson", "之曾孙子", {}, ("曾孙子", "曾孙"), sex=MALE),
        Relation("great_granddaughter", "之曾孙女", {}, ("曾孙女",), sex=FEMALE),
        Relation("nephew", "之侄儿", {}, ("侄儿", "侄子"), sex=MALE),
        Relation("niece", "之侄女", {}, ("侄女",), sex=FEMALE),
        Relation("brothers_wife", "之兄弟媳妇", {}, ("兄弟媳妇",), sex=FEMALE),
        Relation("uncle", "之叔伯", {}, ("叔伯",), sex=MALE),
        Relation("other", "其他", {"national": "99"}, ("其它", "其他关系")),
    ],
)
