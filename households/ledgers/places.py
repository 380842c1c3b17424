"""Columns that say where a household is and which it is: the same words and widths in every ledger."""

from poverty.ledgers.columns import Column, Kind


def place_columns(area: str = "area") -> tuple[Column, ...]:
    """乡（镇） and 行政村; `area`: where the village stands, seen from the row."""
    return (
        Column("township", "乡（镇）", source=f"{area}__parent__name", width=14),
        Column("village", "行政村", source=f"{area}__name", width=14),
    )


def household_columns(household: str = "", *, head: str = "") -> tuple[Column, ...]:
    """户编号 and 户主姓名; `household`: the way to the household with "__", "" from the household itself; `head`: where
    the head's name stands, unless it is the one of now.
    """
    return (
        Column("household_no", "户编号", Kind.CODE, source=f"{household}household_no", width=20),
        Column("head_name", "户主姓名", source=head or f"{household}head_name"),
    )
