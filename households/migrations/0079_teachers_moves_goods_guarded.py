"""A teacher's pairing, what was done in it, and who answers for a move stay as they were recorded: they end once, with
their reason, or are taken back. What was done lies within its pairing. So do the items of 四个好 and what was ticked.
"""

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

ENDED_ONCE = f"""
BEGIN
    RAISE EXCEPTION '% % ended on %', TG_TABLE_NAME, OLD.id, OLD.valid_to {_REFUSED} 'households_help_ends_once';
END
"""

ACT_FITS = f"""
DECLARE
    held record;
BEGIN
    SELECT valid_from, valid_to, withdrawn_at INTO held FROM households_teacherpairing
    WHERE id = NEW.pairing_id FOR NO KEY UPDATE;
    IF held.withdrawn_at IS NOT NULL OR NEW.happened_on < held.valid_from OR NEW.happened_on > held.valid_to THEN
        RAISE EXCEPTION 'what was done lies outside pairing %', NEW.pairing_id {_REFUSED} 'households_teacher_act_fits';
    END IF;
    RETURN NEW;
END
"""

END_FITS = f"""
BEGIN
    IF EXISTS (SELECT FROM households_teacheract WHERE pairing_id = NEW.id AND withdrawn_at IS NULL
               AND happened_on > NEW.valid_to) THEN
        RAISE EXCEPTION 'pairing % ends before what was done in it', NEW.id {_REFUSED} 'households_teacher_act_fits';
    END IF;
    RETURN NEW;
END
"""

# Nobody gets a teacher who has left his school, and none leaves while somebody has him.
TEACHER_THERE = f"""
BEGIN
    IF EXISTS (SELECT FROM households_teacher WHERE id = NEW.teacher_id AND left_on IS NOT NULL) THEN
        RAISE EXCEPTION 'teacher % has left', NEW.teacher_id {_REFUSED} 'households_teacher_is_there';
    END IF;
    RETURN NEW;
END
"""

TEACHER_LEFT = f"""
BEGIN
    IF EXISTS (SELECT FROM households_teacherpairing WHERE teacher_id = NEW.id AND valid_to IS NULL
               AND withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'teacher % still has a student', NEW.id {_REFUSED} 'households_teacher_is_there';
    END IF;
    RETURN NEW;
END
"""

HEAD_FITS = f"""
BEGIN
    IF NOT EXISTS (SELECT FROM households_teacher WHERE id = NEW.teacher_id AND school_id = NEW.school_id) THEN
        RAISE EXCEPTION 'teacher % is of another school', NEW.teacher_id {_REFUSED} 'households_school_head_fits';
    END IF;
    RETURN NEW;
END
"""

# Which day, for whom and by whom stays; a headmaster only gets his last day.
HEAD_STAYS = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.valid_to IS NOT NULL OR (to_jsonb(NEW) - 'valid_to') <> (to_jsonb(OLD) - 'valid_to') THEN
        RAISE EXCEPTION 'headmaster % stays', OLD.id {_REFUSED} 'households_school_head_stays';
    END IF;
    RETURN NEW;
END
"""

# What was ticked only gives its place to a later entry.
ENTRY_STAYS = """
BEGIN
    IF TG_OP = 'DELETE' OR NOT OLD.is_current OR (to_jsonb(NEW) - 'is_current') <> (to_jsonb(OLD) - 'is_current') THEN
        RAISE EXCEPTION 'entry % of the goods stays', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'households_goods_entry_stays';
    END IF;
    RETURN NEW;
END
"""

# Yes or no to at least one item, nothing else.
ANSWERS = """
BEGIN
    IF jsonb_typeof(NEW.answers) <> 'object' OR NEW.answers = '{}'
       OR EXISTS (SELECT FROM jsonb_each(NEW.answers) one WHERE jsonb_typeof(one.value) <> 'boolean') THEN
        RAISE EXCEPTION 'answers of the goods are yes or no'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'households_goods_answers';
    END IF;
    RETURN NEW;
END
"""

_TABLES = (
    ("households_teacherpairing", "{valid_to,end_reason}"),
    ("households_teacheract", "{}"),
    ("households_relocationcharge", "{valid_to,end_reason}"),
)


class Migration(migrations.Migration):
    dependencies = [("households", "0078_teachers_moves_goods")]

    operations = [
        *(
            Trigger(
                f"{table}_stays",
                table,
                "households_taken_back_stays",
                when="BEFORE UPDATE OR DELETE",
                arguments=f"'{columns}'",
            )
            for table, columns in _TABLES
        ),
        Function("households_help_ends_once", ENDED_ONCE),
        *(
            Trigger(
                f"{table}_ends_once",
                table,
                "households_help_ends_once",
                when="BEFORE UPDATE",
                condition="OLD.valid_to IS NOT NULL AND (NEW.valid_to IS DISTINCT FROM OLD.valid_to "
                "OR NEW.end_reason <> OLD.end_reason)",
            )
            for table in ("households_teacherpairing", "households_relocationcharge")
        ),
        Function("households_teacher_act_fits", ACT_FITS),
        Trigger("households_teacher_act_fits", "households_teacheract", "households_teacher_act_fits",
                when="BEFORE INSERT"),
        Function("households_teacher_end_fits", END_FITS),
        Trigger("households_teacher_end_fits", "households_teacherpairing", "households_teacher_end_fits",
                when="BEFORE UPDATE", condition="NEW.valid_to IS NOT NULL AND OLD.valid_to IS NULL"),
        Function("households_teacher_there", TEACHER_THERE),
        Trigger("households_teacher_there", "households_teacherpairing", "households_teacher_there",
                when="BEFORE INSERT"),
        Function("households_teacher_left", TEACHER_LEFT),
        Trigger("households_teacher_left", "households_teacher", "households_teacher_left",
                when="BEFORE UPDATE", condition="NEW.left_on IS NOT NULL AND OLD.left_on IS NULL"),
        Function("households_school_head_fits", HEAD_FITS),
        Trigger("households_school_head_fits", "households_schoolhead", "households_school_head_fits",
                when="BEFORE INSERT"),
        Function("households_school_head_stays", HEAD_STAYS),
        Trigger("households_school_head_stays", "households_schoolhead", "households_school_head_stays",
                when="BEFORE UPDATE OR DELETE"),
        AppendOnly("households_goodstemplate"),
        Function("households_goods_answers", ANSWERS),
        Trigger("households_goods_answers", "households_goodsentry", "households_goods_answers", when="BEFORE INSERT"),
        Function("households_goods_entry_stays", ENTRY_STAYS),
        Trigger(
            "households_goods_entry_stays",
            "households_goodsentry",
            "households_goods_entry_stays",
            when="BEFORE UPDATE OR DELETE",
        ),
    ]
