from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledgers", "0002_importing")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="file_removed_at",
            field=models.DateTimeField(null=True, verbose_name="原文件删除时间"),
        ),
    ]
