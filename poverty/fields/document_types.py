"""证件类型 (forms.md 2): 01, 03 and 09 are confirmed; the others are from memory and have no code."""

from poverty.fields.options import Option, Options

RESIDENT_ID = "resident_id"
OFFICER_CARD = "officer_card"
DISABILITY_CARD = "disability_card"
RESIDENCE_PERMIT = "residence_permit"
PASSPORT = "passport"
HK_MACAO_PERMIT = "hk_macao_permit"
TAIWAN_PERMIT = "taiwan_permit"
OTHER_DOCUMENT = "other"

DOCUMENT_TYPES = Options(
    "document_types",
    [
        Option(RESIDENT_ID, "居民身份证", {"national": "01"}, ("身份证", "居民户口簿", "户口簿", "户口本")),
        Option(DISABILITY_CARD, "残疾人证", {"national": "09"}, ("残疾证", "中华人民共和国残疾人证")),
        Option(OFFICER_CARD, "军官证", {"national": "03"}, ("中国人民解放军军官证",)),
        Option(RESIDENCE_PERMIT, "港澳台居民居住证"),
        Option(PASSPORT, "护照"),
        Option(HK_MACAO_PERMIT, "港澳居民来往内地通行证", {}, ("回乡证", "港澳通行证")),
        Option(TAIWAN_PERMIT, "台湾居民来往大陆通行证", {}, ("台胞证",)),
        Option(OTHER_DOCUMENT, "其他", {}, ("其它",)),
    ],
)

# Documents whose number begins with (or is) the 18-digit citizen number.
WITH_CITIZEN_NUMBER = frozenset({RESIDENT_ID, DISABILITY_CARD, RESIDENCE_PERMIT})
