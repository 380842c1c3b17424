"""Who came back early may be on leave again within the days he had asked for."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0002_no_like_index'),
        ('households', '0059_sheets_go_along'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='leave',
            name='one_leave_of_a_person_at_a_time',
        ),
        migrations.AddConstraint(
            model_name='leave',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ('applied', 'approved'))), expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.F('starts_on'), models.ExpressionWrapper(django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Coalesce('ended_on', 'ends_on'), '+', models.Value(1)), output_field=models.DateField()), models.Value('[)'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='one_leave_of_a_person_at_a_time', violation_error_message='这段时间已有请假。'),
        ),
    ]
