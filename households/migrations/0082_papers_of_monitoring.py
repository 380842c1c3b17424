"""The papers without which monitoring does not go on: 承诺授权书 before bureaus' answers count, minutes of the village.

As in 0038 they are loaded here, so that a county set up by migrations alone asks for them.
"""

from datetime import date

from django.db import migrations

_DOCUMENT = "关于建立防止返贫监测和帮扶机制的指导意见（国开发〔2020〕6号）"
# Step, what the paper hangs on, its role, of which meeting, whether each round needs its own.
PAPERS = (
    ("compare", "case", "authorization", "", False),
    ("township_check", "meeting", "minutes", "village", True),
)


def load(apps, schema_editor):
    """Write the rows that are missing."""
    rows = apps.get_model("review", "RequiredPaper").objects
    for transition, per, role, meeting, each_round in PAPERS:
        asked = {"transition": transition, "per": per, "role": role, "meeting": meeting, "area_code": ""}
        rows.get_or_create(
            case_type="households.monitoringcase",
            **asked,
            defaults={
                "blocking": True,
                "each_round": each_round,
                "valid_from": date(2020, 3, 20),
                "document_name": _DOCUMENT,
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0081_presence_by_the_month"),
        ("review", "0008_papers_of_each_round"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
