"""Who compares an applicant with his own data before the appraisal (procedures.md 1.4: vehicles, real estate, business
registration, finance-paid staff, deceased, insurance, 学籍).
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class EntryBureau(Option):
    """`asked`: what the bureau looks up."""

    asked: str = ""


ENTRY_BUREAUS = Options(
    "entry_bureaus",
    [
        EntryBureau("vehicles", "公安车管", asked="家庭拥有汽车、大型农机、船舶"),
        EntryBureau("property", "不动产登记", asked="城镇商品房、商铺、地皮"),
        EntryBureau("business", "市场监管", asked="办企业、个体工商登记"),
        EntryBureau("payroll", "财政人社", asked="财政供养人员"),
        EntryBureau("civil", "公安户政、民政", asked="户籍、死亡、低保特困"),
        EntryBureau("insurance", "医保社保", asked="参保、职工养老"),
        EntryBureau("school", "教育", asked="学籍、自费留学"),
    ],
)
