"""师生结对 for programs, to be read; what is done with it is done on its pages."""

import django_filters as filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from households.api.asking import NewestView
from households.api_filters import WholeNumberFilter
from households.models import TeacherPairing
from households.options.teacher_options import TEACHER_POSTS
from households.students.querysets import VIEW
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within
from poverty.web.rights import requires


class TeacherPairingFilter(filters.FilterSet):
    """By student, school, place, and whether in force today."""

    member = WholeNumberFilter(field_name="member_id", label="学生", min_value=1, max_value=2**63 - 1)
    school = WholeNumberFilter(
        field_name="teacher__school_id", label="学校", min_value=1, max_value=2**63 - 1
    )
    area = CodeFilter(label="区划代码（含以下）", method="by_place")
    open = filters.BooleanFilter(label="在结对", method="by_open")

    class Meta:
        model = TeacherPairing
        fields = ()

    def by_place(self, rows, name, value):
        """Of students who live there now."""
        return rows.filter(within("member__household__area_id", [value]))

    def by_open(self, rows, name, value):
        """In force today, or not."""
        held = rows.open_on(timezone.localdate())
        return held if value else rows.exclude(pk__in=held.values("pk"))


class TeacherPairingSerializer(serializers.ModelSerializer):
    """Which teacher helps a student from when until when; `valid_to` null: still; `withdrawn` true: a mistake.

    Telephones are not told here.
    """

    household = serializers.IntegerField(source="member.household_id", read_only=True)
    teacher_name = serializers.CharField(source="teacher.name", read_only=True)
    post = serializers.ChoiceField(source="teacher.post", choices=TEACHER_POSTS.choices, read_only=True)
    post_text = serializers.CharField(source="teacher.get_post_display", read_only=True)
    school = serializers.IntegerField(source="teacher.school_id", read_only=True)
    school_name = serializers.CharField(source="teacher.school.name", read_only=True)
    withdrawn = serializers.SerializerMethodField()

    class Meta:
        model = TeacherPairing
        fields = (
            "id",
            "member",
            "household",
            "teacher_name",
            "post",
            "post_text",
            "school",
            "school_name",
            "valid_from",
            "valid_to",
            "goal",
            "document",
            "end_reason",
            "withdrawn",
        )
        read_only_fields = fields

    def get_withdrawn(self, row) -> bool:
        """Whether it was taken back as wrongly entered."""
        return row.withdrawn_at is not None


@extend_schema_view(
    list=extend_schema(summary="师生结对列表"), retrieve=extend_schema(summary="一次师生结对")
)
@requires(VIEW)
class TeacherPairingViewSet(NewestView):
    """师生结对。教育部门和看得到该户的人可读。"""

    queryset = TeacherPairing.objects.none()
    serializer_class = TeacherPairingSerializer
    filterset_class = TeacherPairingFilter

    def get_queryset(self):
        return TeacherPairing.objects.visible_to(self.request.user).select_related(
            "member", "teacher__school"
        )
