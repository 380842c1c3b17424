"""A paper may serve on when its case is returned: consent once given does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0007_left_when")]

    operations = [
        migrations.AddField(
            model_name="requiredpaper",
            name="each_round",
            field=models.BooleanField(default=True, verbose_name="退回后重新上传"),
        ),
    ]
