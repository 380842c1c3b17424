"""The signed papers without which exits and identifications do not go on, in every county from the first day on.

A county that is not the demo county is set up by migrations alone, so they are loaded here; `manage.py load_papers`
adds what a later version asks for. What stands there already counts.
"""

from datetime import date

from django.db import migrations

_EXIT = ("households.exitcase", date(2016, 4, 1), "关于建立贫困退出机制的意见（厅字〔2016〕16号）")
_ENTRY = ("households.entrycase", date(2014, 4, 2), "扶贫开发建档立卡工作方案（国开办发〔2014〕24号）")
# Procedure, step, what the paper hangs on, its role, of which meeting.
PAPERS = (
    (_EXIT, "verify", "roster", "verify_sheet", ""),
    (_EXIT, "verify", "meeting", "minutes", "village"),
    (_EXIT, "check", "roster", "check_sheet", ""),
    (_EXIT, "review", "roster", "review_sheet", ""),
    (_EXIT, "announce", "meeting", "minutes", "leading_group"),
    (_ENTRY, "check", "roster", "check_sheet", ""),
    (_ENTRY, "check", "meeting", "minutes", "village"),
    (_ENTRY, "review", "roster", "review_sheet", ""),
    (_ENTRY, "announce", "meeting", "minutes", "leading_group"),
)


def load(apps, schema_editor):
    """Write the rows that are missing."""
    RequiredPaper = apps.get_model("review", "RequiredPaper")
    for (case_type, valid_from, document), transition, per, role, meeting in PAPERS:
        asked = {
            "case_type": case_type,
            "transition": transition,
            "per": per,
            "role": role,
            "meeting": meeting,
            "area_code": "",
        }
        if not RequiredPaper.objects.filter(**asked).exists():
            RequiredPaper.objects.create(
                **asked, blocking=True, valid_from=valid_from, document_name=document
            )


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0037_desk_guarded"),
        ("review", "0007_left_when"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
