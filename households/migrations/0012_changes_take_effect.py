"""A change of the register is never decided without its effect: asked at commit, since fire() writes the state and
the service that applies the effect writes when it did.
"""

from django.db import migrations, models

from poverty.sql.triggers import Function, Trigger

_HAS_EFFECT = """
BEGIN
    IF EXISTS (
        SELECT FROM households_registerchange WHERE id = NEW.id AND state = 'effective' AND effective_at IS NULL
    ) THEN
        RAISE EXCEPTION 'register change %: decided without taking effect', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'decided_change_has_its_effect';
    END IF;
    RETURN NULL;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0011_present_agrees")]

    operations = [
        Function("households_change_has_effect", _HAS_EFFECT),
        Trigger(
            "decided_change_has_its_effect",
            "households_registerchange",
            "households_change_has_effect",
            when="AFTER INSERT OR UPDATE",
            condition="NEW.state = 'effective'",
            deferred=True,
        ),
        migrations.AlterField(
            model_name="leftout",
            name="reason",
            field=models.CharField(
                choices=[
                    ("no_survey", "本年度没有年度信息"),
                    ("registered_later", "登记日期晚于核算期末"),
                    ("no_member", "核算期末没有在册成员"),
                    ("no_head", "没有户主"),
                    ("two_heads", "有两个户主"),
                ],
                max_length=20,
                verbose_name="原因",
            ),
        ),
    ]
