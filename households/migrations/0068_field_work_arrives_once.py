"""A record of field work arrives once however often its page is sent; a leader who went to a village is named."""

from django.db import migrations, models

from poverty.sql.triggers import Function, Trigger

LEADER = """
BEGIN
    -- Rows of before stand as they were entered: nobody knows any more who it was.
    RAISE EXCEPTION 'duty record: which leader went to the village'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'a_leader_is_named';
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0067_duty_days_guarded")]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name="identity",
                field=models.UUIDField(
                    blank=True, editable=False, null=True, unique=True, verbose_name="页面编号"
                ),
            )
            for model in ("dutyrecord", "helpaction", "diarynote")
        ),
        Function("households_leader_is_named", LEADER),
        Trigger(
            "households_leader_is_named",
            "households_dutyrecord",
            "households_leader_is_named",
            when="BEFORE INSERT",
            condition="NEW.bearer = 'leader' AND NEW.person_id IS NULL",
        ),
    ]
