"""Background jobs as the API tells them."""

from rest_framework import serializers

from poverty.jobs.models import Job


class JobSerializer(serializers.ModelSerializer):
    """One piece of background work and how far it is."""

    label = serializers.CharField(read_only=True)
    percent = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="已完成百分比；总数未知时为空。"
    )

    class Meta:
        model = Job
        fields = (
            "id",
            "kind",
            "label",
            "area_code",
            "params",
            "state",
            "done",
            "total",
            "percent",
            "error",
            "error_id",
            "result",
            "created_at",
            "started_at",
            "finished_at",
            "attempts",
        )
        read_only_fields = fields
