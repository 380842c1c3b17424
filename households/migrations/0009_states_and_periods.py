"""States are 0 to 3, accounting periods of a county do not overlap.

The states are checked for new rows from here on and for the stored ones in 0010, in a transaction of its own: the
check of a million rows then stops nobody from writing.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0002_no_like_index'),
        ('households', '0008_rows_stay'),
        ('standards', '0003_status_needs_step'),
    ]

    operations = [
        AddConstraintNotValid(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict__isnull', True), ('verdict__range', (0, 3)), _connector='OR'), models.Q(('income__isnull', True), ('income__range', (0, 3)), _connector='OR'), models.Q(('food__isnull', True), ('food__range', (0, 3)), _connector='OR'), models.Q(('clothing__isnull', True), ('clothing__range', (0, 3)), _connector='OR'), models.Q(('education__isnull', True), ('education__range', (0, 3)), _connector='OR'), models.Q(('medical__isnull', True), ('medical__range', (0, 3)), _connector='OR'), models.Q(('housing__isnull', True), ('housing__range', (0, 3)), _connector='OR'), models.Q(('water__isnull', True), ('water__range', (0, 3)), _connector='OR'), models.Q(('power__isnull', True), ('power__range', (0, 3)), _connector='OR'), models.Q(('broadcasting__isnull', True), ('broadcasting__range', (0, 3)), _connector='OR'), models.Q(('road__isnull', True), ('road__range', (0, 3)), _connector='OR'), models.Q(('stable_income__isnull', True), ('stable_income__range', (0, 3)), _connector='OR')), name='assessment_holds_states'),
        ),
        AddConstraintNotValid(
            model_name='assessmentchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict_before__isnull', True), ('verdict_before__range', (0, 3)), _connector='OR'), models.Q(('verdict_after__isnull', True), ('verdict_after__range', (0, 3)), _connector='OR')), name='assessment_change_holds_states'),
        ),
        migrations.AddConstraint(
            model_name='countyyear',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.Func(models.F('area'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Func(models.F('area'), models.Value(0), function='hashtextextended', output_field=models.BigIntegerField()), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.F('period_from'), models.F('period_to'), models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='accounting_periods_of_a_county_apart', violation_error_message='核算期与该县另一年度重叠。'),
        ),
    ]
