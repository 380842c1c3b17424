"""Phones say how many visits they still hold, and since when."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0060_back_from_leave'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UnsentVisits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.UUIDField(verbose_name='手机')),
                ('device', models.CharField(blank=True, max_length=60, verbose_name='机型')),
                ('visits', models.SmallIntegerField(verbose_name='未发送')),
                ('drafts', models.SmallIntegerField(default=0, verbose_name='其中填写中')),
                ('troubled', models.SmallIntegerField(default=0, verbose_name='其中需处理')),
                ('oldest_on', models.DateField(blank=True, null=True, verbose_name='最早的走访日期')),
                ('said_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='最近一次联系')),
                ('given_up_at', models.DateTimeField(blank=True, null=True, verbose_name='不再等待')),
                ('given_up_why', models.CharField(blank=True, max_length=200, verbose_name='不再等待的原因')),
                ('given_up_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                ('visitor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='走访人')),
            ],
            options={
                'verbose_name': '手机未发送的走访',
                'verbose_name_plural': '手机未发送的走访',
                'ordering': ['oldest_on', 'id'],
                'indexes': [models.Index(condition=models.Q(('visits__gt', 0)), fields=['oldest_on', 'id'], name='unsent_oldest_first')],
                'constraints': [models.UniqueConstraint(fields=('visitor', 'phone'), name='one_report_of_a_phone'), models.CheckConstraint(condition=models.Q(('drafts__gte', 0), ('troubled__gte', 0), ('visits__gte', django.db.models.expressions.CombinedExpression(models.F('drafts'), '+', models.F('troubled'))), models.Q(models.Q(('oldest_on__isnull', True), ('visits', 0)), models.Q(('oldest_on__isnull', False), ('visits__gt', 0)), _connector='OR')), name='unsent_visits_add_up'), models.CheckConstraint(condition=models.Q(models.Q(('given_up_at__isnull', True), ('given_up_by__isnull', True), ('given_up_why', '')), models.Q(('given_up_at__isnull', False), ('given_up_by__isnull', False), models.Q(('given_up_why', ''), _negated=True)), _connector='OR'), name='given_up_by_somebody_for_a_reason')],
            },
        ),
    ]
