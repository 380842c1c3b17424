"""Facts and results stay in their year and county: nothing leaves a closed year by being given to an open one.

The guards of 0002 look at the row as it is to be; a row that is moved must be looked at as it was, too. Nothing
ever moves one: another year or county is another row.
"""

from django.db import migrations, models

from poverty.sql.triggers import Function, Trigger

_STAYS = """
BEGIN
    RAISE EXCEPTION '% %: a row stays in its year and county', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'row_stays_in_its_year';
END
"""
_MOVED = "OLD.year <> NEW.year OR substr(OLD.area_code, 1, 6) <> substr(NEW.area_code, 1, 6)"


def _stays(table, columns, condition):
    return Trigger(
        f"{table}_stays",
        table,
        "households_row_stays",
        when=f"BEFORE UPDATE OF {columns}",
        condition=condition,
    )


class Migration(migrations.Migration):
    dependencies = [("households", "0007_lists")]

    operations = [
        Function("households_row_stays", _STAYS),
        *(
            _stays(table, "year, area_code", _MOVED)
            for table in ("households_survey", "households_membersurvey", "households_assessment")
        ),
        _stays("households_incomeitem", "survey_id", "OLD.survey_id <> NEW.survey_id"),
        migrations.AlterField(
            model_name="assessmentrun",
            name="trigger",
            field=models.CharField(
                choices=[
                    ("nightly", "夜间例行"),
                    ("publish", "标准发布"),
                    ("button", "手动发起"),
                    ("command", "命令行"),
                    ("year", "年度开启或关闭"),
                    ("parameter", "参数变更"),
                ],
                max_length=12,
                verbose_name="起因",
            ),
        ),
    ]
