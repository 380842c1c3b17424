"""A visit after which the household did not sign waits for a joint re-check, which is written down once."""

import django.db.models.deletion
import django.db.models.functions.datetime
import poverty.fields.option_field
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0064_visits_are_checked_by_others'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='VisitRecheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('happened_on', models.DateField(verbose_name='复核日期')),
                ('people', models.CharField(max_length=200, verbose_name='参加复核的人')),
                ('result', poverty.fields.option_field.OptionField(blank=True, default='', max_length=40, verbose_name='复核结果')),
                ('remark', models.CharField(max_length=500, verbose_name='复核情况')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '没有签字的联合复核',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(condition=models.Q(('signed', False), ('withdrawn_at__isnull', True)), fields=['household', 'id'], name='visit_unsigned'),
        ),
        migrations.AddField(
            model_name='visitrecheck',
            name='recorded_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='visitrecheck',
            name='visit',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recheck', to='households.visit', verbose_name='走访'),
        ),
    ]
