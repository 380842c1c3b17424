"""The kinds of workbook that the register takes."""

from households.incoming import households, persons
from households.incoming.target import Register
from poverty.ledgers.incoming.kinds import ImportKind

PERSONS = ImportKind(
    name="persons",
    label="贫困人口信息",
    columns=persons.COLUMNS,
    target=Register(persons.COLUMNS, household_rows=False),
    expects="国网导出的人口表，每人一行（2021年版47列）。本系统没有的户和人按表登记，一户的成员就是表中该户的各行。",
)
HOUSEHOLDS = ImportKind(
    name="households",
    label="户与户主信息",
    columns=households.COLUMNS,
    target=Register(households.COLUMNS, household_rows=True),
    expects="国网导出的户表，每户一行（户主）。表里没有年度，年度在这里选。多人户须先导入人口表。",
    compared=frozenset({"net_income", "net_per_head", "gross_income", "size", "size_of_year"}),
)
KINDS = (PERSONS, HOUSEHOLDS)
