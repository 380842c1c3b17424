"""A station's day on the grid is corrected by a row that says why, of the same transaction; the rows stay."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from poverty.sql.triggers import AppendOnly, Function

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

ONCE = f"""
BEGIN
    RAISE EXCEPTION 'station % is on the grid since %', OLD.id, OLD.connected_on
        {_REFUSED} 'households_station_connected_once';
END
"""

CORRECTED = f"""
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM households_stationcorrection c
        WHERE c.station_id = NEW.id AND c.was = OLD.connected_on AND c.now = NEW.connected_on
          AND c.recorded_at >= transaction_timestamp()
    ) THEN
        RAISE EXCEPTION 'station % is on the grid since %', OLD.id, OLD.connected_on
            {_REFUSED} 'households_station_connected_once';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0073_photos_that_never_come_guarded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StationCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was", models.DateField(verbose_name="原并网日期")),
                ("now", models.DateField(verbose_name="更正后的并网日期")),
                ("reason", models.CharField(max_length=200, verbose_name="更正原因")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="更正时间",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="更正人",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="households.solarstation",
                    ),
                ),
            ],
            options={
                "verbose_name": "并网日期更正",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        name="a_station_correction_says_why_and_changes_something",
                        condition=~Q(was=F("now")) & ~Q(reason=""),
                        violation_error_message="更正须写明原因，日期须与原来的不同。",
                    )
                ],
            },
        ),
        AppendOnly("households_stationcorrection"),
        Function("households_station_connected_once", CORRECTED, previous=ONCE),
    ]
