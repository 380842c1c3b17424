"""The city's acceptance is entered from its paper: without the scan there is none (procedures.md 3).

Loaded here, so that a county set up by migrations alone asks for it (households 0038).
"""

from datetime import date

from django.db import migrations


def load(apps, schema_editor):
    """Write the row if it is missing."""
    apps.get_model("review", "RequiredPaper").objects.get_or_create(
        case_type="villages.exitcase",
        transition="accept_village",
        per="case",
        role="sheet",
        meeting="",
        area_code="",
        defaults={
            "blocking": True,
            "valid_from": date(2016, 4, 1),
            "document_name": "关于建立贫困退出机制的意见（厅字〔2016〕16号）",
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("villages", "0006_teams_guarded"),
        ("review", "0008_papers_of_each_round"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
