"""A result's standard and village are looked up once for a statement, not once for each of a million rows.

The foreign keys of both go; what they asked of a new row this trigger asks of all rows of a statement together. What a
result points to never goes: areas are held by the surveys that were judged, a published standard by its freeze.
"""

import django.db.models.deletion
from django.db import migrations, models

from poverty.sql.triggers import Function, Trigger

_POINTS = """
DECLARE
    bad text;
BEGIN
    SELECT 'standard ' || n.standard_id INTO bad FROM (SELECT DISTINCT standard_id FROM touched) n
    WHERE NOT EXISTS (SELECT FROM standards_standard s WHERE s.id = n.standard_id) LIMIT 1;
    IF bad IS NULL THEN
        SELECT 'area ' || n.area_code INTO bad FROM (SELECT DISTINCT area_code FROM touched) n
        WHERE NOT EXISTS (SELECT FROM areas_area a WHERE a.code = n.area_code) LIMIT 1;
    END IF;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'no such %', bad
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'result_points_to_standard_and_area';
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0017_requests"),
        ("standards", "0003_status_needs_step"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assessment",
            name="standard",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="standards.standard",
                verbose_name="标准",
            ),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="area",
            field=models.ForeignKey(
                db_column="area_code",
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="areas.area",
            ),
        ),
        Function("households_result_points", _POINTS),
        *(
            Trigger(
                f"households_assessment_{verb.lower()}_points",
                "households_assessment",
                "households_result_points",
                when=f"AFTER {verb}",
                each="STATEMENT",
                referencing="NEW TABLE AS touched",
            )
            for verb in ("INSERT", "UPDATE")
        ),
    ]
