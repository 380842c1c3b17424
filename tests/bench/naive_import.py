"""The register by django-import-export, as its documentation does it: a resource for each table. For the bench alone."""

from pathlib import Path
from time import perf_counter

from django.db import transaction
from import_export import fields, resources, widgets
from tablib import Dataset

from households.models import Household, Member, Membership, MemberSurvey
from households.options.education_levels import EDUCATION_LEVELS
from households.options.health_states import HEALTH_STATES
from households.options.labour_skills import LABOUR_SKILLS
from households.options.political_status import POLITICAL_STATUSES
from households.options.relations import RELATIONS
from poverty.areas.models import Area
from poverty.fields.identity import parse_identity
from poverty.fields.phone import parse_phone

FLAGS = {
    "resident_insurance": "是否参加新型农村合作医疗（城乡居民基本医疗保险）",
    "employee_insurance": "是否参加城镇职工基本医疗保险",
    "serious_illness_insurance": "是否参加大病保险",
    "commercial_insurance": "是否参加商业补充医疗保险",
    "resident_pension": "是否参加城乡居民基本养老保险",
    "employee_pension": "是否参加城镇职工基本养老保险",
    "receives_dibao": "是否享受低保",
    "receives_tekun": "是否特困供养人员",
    "speaks_mandarin": "是否会讲普通话",
    "works_abroad": "是否国外务工",
    "received_illness_aid": "是否接受大病医疗救助",
    "received_other_health_aid": "是否接受其他健康扶贫",
}


class Labels(widgets.CharWidget):
    """An option by its label."""

    def __init__(self, options):
        super().__init__()
        self.options = options

    def clean(self, value, row=None, **kwargs):
        found = self.options.by_label(value)
        return found.key if found else ""


class Flag(widgets.Widget):
    """是 or 否."""

    def clean(self, value, row=None, **kwargs):
        return {"是": True, "否": False}.get(value)


_HOUSEHOLD = widgets.ForeignKeyWidget(Household, "household_no")
_MEMBER = widgets.ForeignKeyWidget(Member, "member_no")
_AREA = widgets.ForeignKeyWidget(Area, "code")


class Households(resources.ModelResource):
    household_no = fields.Field("household_no", "户编号")
    area = fields.Field("area", "区划", _AREA)
    regime = fields.Field("regime", "时期")

    class Meta:
        model = Household
        import_id_fields = ("household_no",)
        fields = ("household_no", "area", "regime")


class Members(resources.ModelResource):
    member_no = fields.Field("member_no", "人口编号")
    name = fields.Field("name", "姓名")
    birth_date = fields.Field("birth_date", "出生日期", widgets.DateWidget("%Y%m%d"))
    household = fields.Field("household", "户编号", _HOUSEHOLD)

    class Meta:
        model = Member
        import_id_fields = ("member_no",)
        fields = ("member_no", "name", "birth_date", "household")

    def after_init_instance(self, instance, new, row, **kwargs):
        number, phone = parse_identity(row["证件号码"]), parse_phone(row["成员联系电话"])
        instance.identity, instance.identity_hash = number.number, number.hash
        instance.identity_last4_hash = number.last4_hash
        instance.phone, instance.phone_hash = phone.number, phone.hash


class Memberships(resources.ModelResource):
    household = fields.Field("household", "户编号", _HOUSEHOLD)
    member = fields.Field("member", "人口编号", _MEMBER)
    relation = fields.Field("relation", "与户主关系", Labels(RELATIONS))
    valid_from = fields.Field("valid_from", "起", widgets.DateWidget("%Y-%m-%d"))
    join_reason = fields.Field("join_reason", "原因")

    class Meta:
        model = Membership
        import_id_fields = ("household", "member")
        fields = ("household", "member", "relation", "valid_from", "join_reason")


class Facts(resources.ModelResource):
    member = fields.Field("member", "人口编号", _MEMBER)
    year = fields.Field("year", "年度", widgets.IntegerWidget())
    area = fields.Field("area", "区划", _AREA)
    work_months = fields.Field("work_months", "务工时间（月）", widgets.IntegerWidget())
    education_level = fields.Field("education_level", "文化程度", Labels(EDUCATION_LEVELS))
    labour_skill = fields.Field("labour_skill", "劳动技能", Labels(LABOUR_SKILLS))
    health_states = fields.Field("health_states", "健康状况", Labels(HEALTH_STATES))
    political_status = fields.Field("political_status", "政治面貌", Labels(POLITICAL_STATUSES))
    for _name, _heading in FLAGS.items():
        locals()[_name] = fields.Field(_name, _heading, Flag())

    class Meta:
        model = MemberSurvey
        import_id_fields = ("member", "year")
        fields = (
            *("member", "year", "area", "work_months", "education_level", "labour_skill", "health_states"),
            *("political_status", *FLAGS),
        )


def import_all(path: Path, village: str) -> float:
    """Import every table; seconds. What it wrote is rolled back.

    It writes households, persons with their numbers sealed and hashed, memberships and facts; it compares nothing with
    other rows, keeps no log, no sources and no national values, and judges nobody.
    """
    began = perf_counter()
    data = Dataset().load(path.read_bytes(), format="xlsx")
    for heading, value in (
        ("区划", village),
        ("起", "2019-10-01"),
        ("时期", "registration"),
        ("原因", "first_registration"),
    ):
        data.append_col([value] * len(data), header=heading)
    with transaction.atomic():
        for resource_class in (Households, Members, Memberships, Facts):
            result = resource_class().import_data(data, raise_errors=True)
            if result.has_errors():
                raise SystemExit("The reference could not import the file.")
        transaction.set_rollback(True)
    return perf_counter() - began
