"""Places for tests: 二道江区 in 通化市 and a county next to it."""

from datetime import date

from poverty.areas.models import Area, Settlement, SettlementFact

NAMES = {
    "22": "吉林省",
    "2205": "通化市",
    "220503": "二道江区",
    "220503200": "二道江乡",
    "220503200200": "二道江村",
    "220503200201": "桦树村",
    "220503100": "鸭园镇",
    "220503100200": "鸭园村",
    "220502": "东昌区",
    "220502200": "江东乡",
    "220502200200": "江东村",
}


def make_area(code="220503200200", name=None, **fields):
    """Return the area with this code; its ancestors are made as needed. Made twice it is the same row."""
    known = Area.objects.filter(code=code).first()  # most often it is there, and its ancestors with it
    if known is not None:
        return known
    length = max((length for length in (2, 4, 6, 9) if length < len(code)), default=0)
    values = {
        "name": name or NAMES.get(code, f"区划{code}"),
        "level": len(code),
        "parent": make_area(code[:length]) if length else None,
        **fields,
    }
    return Area.objects.create(code=code, **values)


def make_settlement(village=None, name="一组", kind=Settlement.Kind.GROUP, **fields):
    """Return a settlement of the village (an Area; 二道江村 by default)."""
    return Settlement.objects.create(village=village or make_area(), name=name, kind=kind, **fields)


def make_settlement_fact(settlement=None, fact="water", reached=True, **fields):
    """Return a dated fact that holds from 2018-01-01 on, with a document when something is known."""
    if reached is not None:
        fields = {"document_name": "饮水安全评价报告", "document_date": date(2017, 12, 20), **fields}
    return SettlementFact.objects.create(
        settlement=settlement or make_settlement(),
        fact=fact,
        reached=reached,
        **{"valid_from": date(2018, 1, 1), **fields},
    )
