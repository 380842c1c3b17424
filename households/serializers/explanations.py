"""Why a household has its verdict (households.explain)."""

from rest_framework import serializers

from households.serializers.assessments import STATES


class LineSerializer(serializers.Serializer):
    """One indicator: required, found, from where, and what is missing from whom."""

    code = serializers.CharField()
    label = serializers.CharField()
    required = serializers.CharField()
    actual = serializers.CharField()
    state = serializers.IntegerField(help_text=STATES)
    evidence = serializers.CharField()
    clause = serializers.CharField()
    source = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    differs = serializers.BooleanField(help_text="已关账的年度：按现在的记录和规则重算会不同。")
    missing = serializers.CharField(help_text="待核实时：缺什么，谁可填。")
    notes = serializers.ListField(child=serializers.CharField())


class CountedMemberSerializer(serializers.Serializer):
    """A member who counts in the year, with what judging read of him."""

    member = serializers.IntegerField(source="membership.member_id")
    name = serializers.CharField(source="membership.member.name")
    relation = serializers.CharField(source="membership.relation")
    schooling = serializers.IntegerField(allow_null=True, help_text=f"义务教育：{STATES}")
    insurance = serializers.IntegerField(allow_null=True, help_text=f"基本医疗：{STATES}")
    earning = serializers.IntegerField(allow_null=True, help_text=f"稳定收入：{STATES}")


class ExplanationSerializer(serializers.Serializer):
    """Everything behind a verdict. `problem` says why there is none."""

    household = serializers.IntegerField(source="household.pk")
    year = serializers.IntegerField()
    problem = serializers.CharField()
    notice = serializers.CharField(
        required=False, help_text="年度已关账时的说明：按关账时的结果显示，哪几项按现在重算会不同。"
    )
    standard = serializers.IntegerField(source="standard.pk", allow_null=True, default=None)
    verdict = serializers.IntegerField(required=False, allow_null=True, help_text=STATES)
    net_income = serializers.DecimalField(
        max_digits=14, decimal_places=2, required=False, allow_null=True, help_text="纯收入（元）。"
    )
    net_income_per_head = serializers.DecimalField(
        max_digits=14, decimal_places=2, required=False, allow_null=True, help_text="人均纯收入（元）。"
    )
    lines = LineSerializer(many=True)
    members = CountedMemberSerializer(many=True, required=False)
    limited = serializers.BooleanField(default=False, help_text="只看到本行业的指标。")

    _TO_BUREAUS = ("household", "year", "problem", "standard", "lines", "limited")

    def to_representation(self, found):
        told = super().to_representation(found)
        codes = self.context["sight"].indicators(found.household)
        told["limited"] = codes is not None
        if codes is not None:
            told = {name: told[name] for name in self._TO_BUREAUS}
            told["lines"] = [line for line in told["lines"] if line["code"] in codes]
        return told
