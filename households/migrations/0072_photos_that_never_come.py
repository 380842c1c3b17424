import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0071_visits_say_why_they_have_no_position"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "visit", "photos_given_up", models.SmallIntegerField("放弃的照片", default=0)
        ),
        migrations.RemoveConstraint("visit", "visit_photos_counted"),
        migrations.AddConstraint(
            "visit",
            models.CheckConstraint(
                name="visit_photos_counted",
                condition=Q(photos_arrived__gte=0, photos_given_up__gte=0)
                & Q(photos_arrived__lte=F("photos_expected") - F("photos_given_up")),
            ),
        ),
        migrations.AddField(
            "visitphoto",
            "replaces",
            models.OneToOneField(
                "households.visitphoto",
                null=True,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacement",
            ),
        ),
        migrations.AddField(
            "visitphoto", "given_up_at", models.DateTimeField("放弃时间", null=True, editable=False)
        ),
        migrations.AddField(
            "visitphoto",
            "given_up_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                verbose_name="放弃人",
                null=True,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                db_index=False,
            ),
        ),
        migrations.AddField(
            "visitphoto",
            "given_up_reason",
            models.CharField("放弃原因", max_length=200, blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "visitphoto",
            models.CheckConstraint(
                name="visit_photo_given_up_by_somebody_with_reason",
                condition=Q(given_up_at__isnull=True, given_up_by__isnull=True, given_up_reason="")
                | (
                    Q(given_up_at__isnull=False, given_up_by__isnull=False, file__isnull=True)
                    & ~Q(given_up_reason="")
                ),
            ),
        ),
        # A visit whose photographed signature was given up is looked for among those without.
        migrations.RemoveIndex("visit", "visit_unsigned"),
        migrations.AddIndex(
            "visit",
            models.Index(
                fields=["household", "id"],
                condition=Q(Q(signed=False) | Q(photos_given_up__gt=0), withdrawn_at__isnull=True),
                name="visit_unsigned",
            ),
        ),
    ]
