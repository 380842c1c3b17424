"""A change of a result lists eleven states, each 0 to 3 or NULL.

For new rows from here on, for the stored ones in 0024, in a transaction of its own: the check of a million rows then
stops nobody from writing.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0022_findings_point'),
    ]

    operations = [
        AddConstraintNotValid(
            model_name='assessmentchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('states_before__isnull', True), ('states_before__len', 11), _connector='OR'), models.Q(('states_before__0__isnull', True), ('states_before__0__range', (0, 3)), _connector='OR'), models.Q(('states_before__1__isnull', True), ('states_before__1__range', (0, 3)), _connector='OR'), models.Q(('states_before__2__isnull', True), ('states_before__2__range', (0, 3)), _connector='OR'), models.Q(('states_before__3__isnull', True), ('states_before__3__range', (0, 3)), _connector='OR'), models.Q(('states_before__4__isnull', True), ('states_before__4__range', (0, 3)), _connector='OR'), models.Q(('states_before__5__isnull', True), ('states_before__5__range', (0, 3)), _connector='OR'), models.Q(('states_before__6__isnull', True), ('states_before__6__range', (0, 3)), _connector='OR'), models.Q(('states_before__7__isnull', True), ('states_before__7__range', (0, 3)), _connector='OR'), models.Q(('states_before__8__isnull', True), ('states_before__8__range', (0, 3)), _connector='OR'), models.Q(('states_before__9__isnull', True), ('states_before__9__range', (0, 3)), _connector='OR'), models.Q(('states_before__10__isnull', True), ('states_before__10__range', (0, 3)), _connector='OR'), models.Q(('states_after__isnull', True), ('states_after__len', 11), _connector='OR'), models.Q(('states_after__0__isnull', True), ('states_after__0__range', (0, 3)), _connector='OR'), models.Q(('states_after__1__isnull', True), ('states_after__1__range', (0, 3)), _connector='OR'), models.Q(('states_after__2__isnull', True), ('states_after__2__range', (0, 3)), _connector='OR'), models.Q(('states_after__3__isnull', True), ('states_after__3__range', (0, 3)), _connector='OR'), models.Q(('states_after__4__isnull', True), ('states_after__4__range', (0, 3)), _connector='OR'), models.Q(('states_after__5__isnull', True), ('states_after__5__range', (0, 3)), _connector='OR'), models.Q(('states_after__6__isnull', True), ('states_after__6__range', (0, 3)), _connector='OR'), models.Q(('states_after__7__isnull', True), ('states_after__7__range', (0, 3)), _connector='OR'), models.Q(('states_after__8__isnull', True), ('states_after__8__range', (0, 3)), _connector='OR'), models.Q(('states_after__9__isnull', True), ('states_after__9__range', (0, 3)), _connector='OR'), models.Q(('states_after__10__isnull', True), ('states_after__10__range', (0, 3)), _connector='OR')), name='assessment_change_holds_every_state'),
        ),
    ]
