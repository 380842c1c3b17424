"""Files, uploads and links are never deleted; of a row only what is named here may change."""

from django.db import migrations

from poverty.sql.triggers import AppendOnly, Function, Trigger

# Arguments: the columns that may change.
ONLY_CHANGES = """
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION '%: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(NEW) - TG_ARGV) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV) THEN
        RAISE EXCEPTION '%: only % may change', TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
"""
ALREADY_REMOVED = """
BEGIN
    RAISE EXCEPTION '%: a link is taken back once', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
"""
PICTURE = "'picture', 'picture_attempts', 'picture_sent_at'"
REMOVAL = "'removed_at', 'removed_by_id', 'removed_reason'"


class Migration(migrations.Migration):

    dependencies = [("files", "0001_initial")]

    operations = [
        Function("files_only_changes", ONLY_CHANGES),
        Trigger(
            "files_storedfile_kept",
            "files_storedfile",
            "files_only_changes",
            when="BEFORE UPDATE OR DELETE",
            arguments=PICTURE,
        ),
        Trigger(
            "files_storedfile_not_truncated",
            "files_storedfile",
            "files_only_changes",
            when="BEFORE TRUNCATE",
            each="STATEMENT",
        ),
        Trigger(
            "files_filelink_kept",
            "files_filelink",
            "files_only_changes",
            when="BEFORE UPDATE OR DELETE",
            arguments=REMOVAL,
        ),
        Trigger(
            "files_filelink_not_truncated",
            "files_filelink",
            "files_only_changes",
            when="BEFORE TRUNCATE",
            each="STATEMENT",
        ),
        Function("files_already_removed", ALREADY_REMOVED),
        Trigger(
            "files_filelink_removed_once",
            "files_filelink",
            "files_already_removed",
            when="BEFORE UPDATE",
            condition="OLD.removed_at IS NOT NULL",
        ),
        AppendOnly("files_upload"),
    ]
