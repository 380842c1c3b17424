"""Households and their members."""

from functools import cached_property

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from households.ages import age_on
from households.models import Household, Member
from households.serializers.assessments import AssessmentSerializer
from households.serializers.seen import MaskField, SeenSerializer
from poverty.web.strict_bodies import StrictSerializer


class HouseholdSerializer(SeenSerializer):
    """A household as it stands now, with the result of the year asked for.

    The context holds `places` (full names by code), `year` and `results` (assessments by household).
    """

    to_bureaus = ("id", "number", "head_name", "head_identity", "area", "place", "year", "assessment")

    number = serializers.CharField(source="own_no", read_only=True, help_text="本系统编号。")
    place = serializers.SerializerMethodField(help_text="村的全称。")
    head_identity = MaskField(source="head.identity", help_text="户主证件号码，已遮盖。")
    phone = MaskField(help_text="联系电话，已遮盖。")
    bank_account = MaskField(help_text="银行账号，已遮盖。")
    year = serializers.SerializerMethodField(help_text="assessment 的年度。")
    assessment = serializers.SerializerMethodField(help_text="该年度的判定；未判定为空。")

    class Meta:
        model = Household
        fields = (
            "id",
            "number",
            "household_no",
            "area",
            "place",
            "settlement",
            "head",
            "head_name",
            "head_identity",
            "size",
            "state",
            "kind",
            "status",
            "regime",
            "poor_attribute",
            "identification_standard",
            "main_cause",
            "other_causes",
            "return_cause",
            "is_military_family",
            "is_family_planning_household",
            "identified_on",
            "planned_exit_year",
            "exit_year",
            "return_year",
            "address",
            "phone",
            "bank_name",
            "bank_account",
            "latitude",
            "longitude",
            "closed_on",
            "version",
            "facts_version",
            "year",
            "assessment",
            "limited",
        )
        read_only_fields = fields

    def household_of(self, row):
        return row

    def get_place(self, row) -> str:
        return self.context["places"].get(row.area_id, "")

    def get_year(self, row) -> int:
        return self.context["year"]

    @extend_schema_field(AssessmentSerializer(allow_null=True))
    def get_assessment(self, row):
        result = self.context["results"].get(row.pk)
        if result is None:
            return None
        result.household = row
        return self._results.to_representation(result)

    @cached_property
    def _results(self):
        return AssessmentSerializer(context=self.context)  # one for all rows of a list


class FindSerializer(StrictSerializer):
    """What somebody has at hand: a full number goes into the body, never into an address."""

    number = serializers.CharField(max_length=60, help_text="证件号码、户编号、姓名或拼音。")


class MemberSerializer(SeenSerializer):
    """A person of the register who is in a household now. Numbers are masked."""

    to_bureaus = ("id", "household", "name", "identity", "age")

    identity = MaskField(help_text="证件号码，已遮盖。")
    phone = MaskField(help_text="联系电话，已遮盖。")
    age = serializers.SerializerMethodField(help_text="今天的周岁；没有出生日期为空。")
    birth_date = serializers.DateField(
        read_only=True, allow_null=True, help_text="只给有“查看完整证件号码”或“维护人口基本信息”权限的人。"
    )
    relation = serializers.CharField(read_only=True, help_text="与户主关系。")
    identity_faults = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="证件号码的问题。"
    )

    class Meta:
        model = Member
        fields = (
            "id",
            "household",
            "member_no",
            "name",
            "relation",
            "sex",
            "age",
            "birth_date",
            "ethnic_group",
            "document_type",
            "identity",
            "identity_faults",
            "phone",
            "version",
            "limited",
        )
        read_only_fields = fields

    def get_age(self, row) -> int | None:
        return age_on(row.birth_date, timezone.localdate())

    def to_representation(self, row):
        told = super().to_representation(row)
        if not self.context["sight"].birth_dates(row.household):
            told.pop("birth_date", None)
        return told
