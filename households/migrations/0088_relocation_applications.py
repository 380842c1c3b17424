"""Applications of households to move (易地扶贫搬迁申请), and who of them moves."""

import datetime
import django.db.models.deletion
import django.db.models.functions.datetime
import poverty.fields.option_field
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0087_steps_guarded'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RelocationApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('applied', '已申请'), ('appraised', '村已评议'), ('reported', '乡镇已呈报'), ('approved', '县已批准'), ('announced', '已公告'), ('moved', '已入住'), ('cleared', '旧房已拆除'), ('refused', '不予批准'), ('withdrawn', '已撤回')], default='applied', max_length=12, verbose_name='状态')),
                ('round', models.SmallIntegerField(default=1, verbose_name='轮次')),
                ('said_before', models.BigIntegerField(default=0)),
                ('applicant', models.CharField(max_length=60, verbose_name='申请人')),
                ('applied_on', models.DateField(verbose_name='申请日期')),
                ('reason', poverty.fields.option_field.OptionField(blank=True, default='', max_length=40, verbose_name='搬迁原因')),
                ('situation', models.CharField(max_length=500, verbose_name='情况说明')),
                ('method', poverty.fields.option_field.OptionField(blank=True, default='', max_length=40, verbose_name='安置方式')),
                ('place', poverty.fields.option_field.OptionField(blank=True, default='', max_length=40, verbose_name='安置地点')),
                ('destination', models.CharField(max_length=100, verbose_name='安置点或地址')),
                ('old_house_goes', models.BooleanField(verbose_name='旧房是否拆除')),
                ('promised_on', models.DateField(blank=True, null=True, verbose_name='拆旧复垦承诺日期')),
                ('house_stays_for', models.CharField(blank=True, max_length=200, verbose_name='不拆旧房的原因')),
                ('moved_on', models.DateField(blank=True, null=True, verbose_name='入住日期')),
                ('moved_to', models.CharField(blank=True, max_length=100, verbose_name='入住地址')),
                ('cleared_on', models.DateField(blank=True, null=True, verbose_name='旧房拆除日期')),
                ('refused_reason', models.CharField(blank=True, max_length=500, verbose_name='不予批准的原因')),
                ('contact', models.CharField(blank=True, max_length=100, verbose_name='申诉受理单位和电话')),
                ('told_on', models.DateField(blank=True, null=True, verbose_name='告知日期')),
                ('told_to', models.CharField(blank=True, max_length=60, verbose_name='接收人')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='录入时间')),
                ('created_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='录入人')),
                ('household', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='relocation_applications', to='households.household', verbose_name='户')),
                ('told_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='告知录入人')),
            ],
            options={
                'verbose_name': '搬迁申请',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RelocationMover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('application', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='movers', to='households.relocationapplication')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='households.member', verbose_name='搬迁人口')),
            ],
            options={
                'verbose_name': '搬迁人口',
                'ordering': ['application', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='relocationapplication',
            index=models.Index(fields=['state', 'id'], name='relocation_by_state'),
        ),
        migrations.AddIndex(
            model_name='relocationapplication',
            index=models.Index(fields=['household', 'id'], name='relocation_by_household'),
        ),
        migrations.AddConstraint(
            model_name='relocationapplication',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['refused', 'withdrawn']), _negated=True), fields=('household',), name='one_relocation_application_of_a_household', violation_error_message='该户已有一件搬迁申请在办理，或已经搬迁入住。'),
        ),
        migrations.AddConstraint(
            model_name='relocationapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('applicant', ''), _negated=True), models.Q(('situation', ''), _negated=True), models.Q(('destination', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='a_relocation_application_says_all', violation_error_message='请填写申请人、搬迁原因、情况说明和安置点。'),
        ),
        migrations.AddConstraint(
            model_name='relocationapplication',
            constraint=models.CheckConstraint(condition=models.Q(('applied_on__gte', datetime.date(2014, 1, 1))), name='relocation_is_applied_for_since_2014', violation_error_message='申请日期不能早于 2014 年。'),
        ),
        migrations.AddConstraint(
            model_name='relocationapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('house_stays_for', ''), ('old_house_goes', True), ('promised_on__isnull', False)), models.Q(('old_house_goes', False), ('promised_on__isnull', True), models.Q(('house_stays_for', ''), _negated=True)), _connector='OR'), name='an_old_house_goes_by_promise', violation_error_message='拆除旧房的须有拆旧复垦承诺，不拆的须写明原因。'),
        ),
        migrations.AddConstraint(
            model_name='relocationapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('moved_on__isnull', True), ('moved_to', '')), models.Q(('moved_on__isnull', False), models.Q(('moved_to', ''), _negated=True)), _connector='OR'), name='who_moved_in_lives_somewhere', violation_error_message='请填写入住日期和地址。'),
        ),
        migrations.AddConstraint(
            model_name='relocationapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('told_by__isnull', True), ('told_on__isnull', True), ('told_to', '')), models.Q(('told_by__isnull', False), ('told_on__isnull', False), models.Q(('told_to', ''), _negated=True)), _connector='OR'), name='a_refused_move_is_told_whole', violation_error_message='请写明告知日期和接收人。'),
        ),
        migrations.AddConstraint(
            model_name='relocationapplication',
            constraint=models.CheckConstraint(condition=models.Q(('round__gte', 1)), name='relocation_round_begins_at_one'),
        ),
        migrations.AddConstraint(
            model_name='relocationmover',
            constraint=models.UniqueConstraint(fields=('application', 'member'), name='one_mover_once'),
        ),
    ]
