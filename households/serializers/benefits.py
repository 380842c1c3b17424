"""Policies, benefits, loans, training and jobs, to be read."""

from rest_framework import serializers

from households.benefits.conditions import words_of
from households.benefits.models import Benefit, Job, Loan, LoanRepayment, Policy, Trainee


class PolicySerializer(serializers.ModelSerializer):
    """A policy in one version. `conditions`: who is entitled, in words; all must hold."""

    conditions = serializers.SerializerMethodField(help_text="享受条件（须同时符合）。")

    class Meta:
        model = Policy
        fields = (
            "id",
            "code",
            "area_code",
            "year_from",
            "year_to",
            "name",
            "sector",
            "level",
            "group",
            "content",
            "conditions",
            "frequency",
            "rule",
            "amount",
            "unit",
            "share",
            "line",
            "income_item",
            "not_counted",
            "document_name",
            "document_number",
            "document_date",
            "source",
            "version",
            "status",
        )
        read_only_fields = fields

    def get_conditions(self, policy) -> list[str]:
        return [words_of(one, policy.level) for one in policy.entitled]


class BenefitSerializer(serializers.ModelSerializer):
    """What was received. `amount` null: a service; negative: it takes another one back (`reverses`)."""

    area_code = serializers.CharField(source="household.area_id", read_only=True)
    policy_name = serializers.CharField(source="policy.name", read_only=True)
    period = serializers.CharField(read_only=True, help_text="期；空：全年一次。")

    class Meta:
        model = Benefit
        fields = (
            "id",
            "household",
            "area_code",
            "member",
            "policy",
            "code",
            "policy_name",
            "year",
            "period",
            "units",
            "amount",
            "paid_on",
            "source",
            "batch",
            "document",
            "note",
            "income_year",
            "standing",
            "reverses",
            "reason",
        )
        read_only_fields = fields


class RepaymentSerializer(serializers.ModelSerializer):
    """Principal paid back; `reverses`: the repayment that this one takes back, with `reason` and a negative amount."""

    class Meta:
        model = LoanRepayment
        fields = ("id", "paid_on", "amount", "document", "reverses", "reason")
        read_only_fields = fields


class LoanSerializer(serializers.ModelSerializer):
    """A loan with what was paid back; `repaid_on` null: not repaid."""

    area_code = serializers.CharField(source="household.area_id", read_only=True)
    repayments = RepaymentSerializer(many=True, read_only=True)

    class Meta:
        model = Loan
        fields = (
            "id",
            "household",
            "area_code",
            "member",
            "bank",
            "contract",
            "amount",
            "rate",
            "subsidy",
            "use",
            "starts_on",
            "due_on",
            "extended_from",
            "repaid_on",
            "repayments",
        )
        read_only_fields = fields


class TraineeSerializer(serializers.ModelSerializer):
    """Who took part in which course, with the result."""

    area_code = serializers.CharField(source="household.area_id", read_only=True)
    course = serializers.CharField(source="training.course", read_only=True)
    organiser = serializers.CharField(source="training.organiser", read_only=True)
    held_from = serializers.DateField(source="training.held_from", read_only=True)
    held_to = serializers.DateField(source="training.held_to", read_only=True)
    hours = serializers.IntegerField(source="training.hours", read_only=True)

    class Meta:
        model = Trainee
        fields = (
            "id",
            "household",
            "area_code",
            "member",
            "training",
            "course",
            "organiser",
            "held_from",
            "held_to",
            "hours",
            "result",
            "certificate",
        )
        read_only_fields = fields


class EmploymentSerializer(serializers.ModelSerializer):
    """A job of a member; `ends_on` null: still."""

    area_code = serializers.CharField(source="household.area_id", read_only=True)

    kind = serializers.CharField(read_only=True, help_text="就业类型。")

    class Meta:
        model = Job
        fields = (
            "id",
            "household",
            "area_code",
            "member",
            "kind",
            "post",
            "work_place",
            "employer",
            "monthly_pay",
            "starts_on",
            "ends_on",
            "end_reason",
        )
        read_only_fields = fields
