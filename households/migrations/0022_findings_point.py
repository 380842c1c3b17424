"""What findings point to is looked up once for a statement, not once for each of some million rows at commit.

The foreign keys of household, person and answer go; what they asked of a new row this trigger asks of all rows of a
statement together, and of an answer also whether it is one to this finding. A household is held by its dated places
and a person by his memberships, which keep their foreign keys; an answer that counts is not deleted.
"""

import django.db.models.deletion
from django.db import migrations, models

from poverty.sql.triggers import Function, Trigger

# EXECUTE plans it anew each time: a million rows are compared by hash, the three of one household by their keys.
_POINTS = """
DECLARE
    bad text;
BEGIN
    EXECUTE $query$
        SELECT coalesce(
            (SELECT 'household ' || min(n.household_id) FROM touched n
             WHERE NOT EXISTS (SELECT FROM households_household h WHERE h.id = n.household_id)),
            (SELECT 'member ' || min(n.member_id) FROM touched n
             WHERE n.member_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM households_member p WHERE p.id = n.member_id)),
            (SELECT 'answer ' || min(n.answer_id) FROM touched n
             WHERE n.answer_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM households_findinganswer a WHERE a.id = n.answer_id AND a.finding_id = n.id)))
    $query$ INTO bad;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'no such %', bad
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'finding_points_to_what_is_there';
    END IF;
    RETURN NULL;
END
"""

_COUNTS = """
BEGIN
    IF EXISTS (SELECT FROM households_finding f WHERE f.id = OLD.finding_id AND f.answer_id = OLD.id) THEN
        RAISE EXCEPTION 'answer % counts', OLD.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'answer_that_counts_stays';
    END IF;
    RETURN OLD;
END
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0021_cancelled_archives")]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="household",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="households.household",
                verbose_name="户",
            ),
        ),
        migrations.AlterField(
            model_name="finding",
            name="member",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="households.member",
                verbose_name="人",
            ),
        ),
        migrations.AlterField(
            model_name="finding",
            name="answer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="households.findinganswer",
            ),
        ),
        Function("households_finding_points", _POINTS),
        *(
            Trigger(
                f"households_finding_{verb.lower()}_points",
                "households_finding",
                "households_finding_points",
                when=f"AFTER {verb}",
                each="STATEMENT",
                referencing="NEW TABLE AS touched",
            )
            for verb in ("INSERT", "UPDATE")
        ),
        Function("households_answer_counts", _COUNTS),
        Trigger(
            "households_answer_counts",
            "households_findinganswer",
            "households_answer_counts",
            when="BEFORE DELETE",
        ),
    ]
