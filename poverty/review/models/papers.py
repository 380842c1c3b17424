"""Which papers a step needs: dated data by place (architecture 6)."""

from django.db import models
from django.db.models import F, Q

from poverty.review.models.meetings import Meeting


class RequiredPaper(models.Model):
    """A file that a case, its list or its meeting must have before a transition. area_code "": everywhere."""

    class Per(models.TextChoices):
        CASE = "case", "每户"
        ROSTER = "roster", "每份名单"
        MEETING = "meeting", "每次会议"

    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    transition = models.CharField("办理事项", max_length=40)
    per = models.CharField("按", max_length=10, choices=Per.choices)
    # Whose minutes: the last of this kind in the round. "": the paper is not a meeting's.
    meeting = models.CharField("会议", max_length=20, choices=Meeting.Kind.choices, blank=True)
    role = models.CharField("材料", max_length=40)  # a role of files registered for that kind of case
    blocking = models.BooleanField("缺少时不能办理")
    # False: one brought before the case was returned still serves, as a consent once given does.
    each_round = models.BooleanField("退回后重新上传", default=True)
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)  # NULL: still
    document_name = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "必备材料"
        ordering = ["case_type", "transition", "per", "role", "area_code", "valid_from"]
        constraints = [
            models.CheckConstraint(
                name="required_paper_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["case_type", "transition", "per", "meeting", "role", "area_code", "valid_from"],
                name="one_required_paper_from_a_day",
            ),
            models.CheckConstraint(
                name="required_paper_of_a_meeting_says_which",
                condition=(Q(per="meeting") & ~Q(meeting="")) | (~Q(per="meeting") & Q(meeting="")),
            ),
        ]

    def __str__(self):
        return f"{self.case_type} {self.transition} {self.role}"
