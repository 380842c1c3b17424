"""A visit says where it moved 入户日期 from, so that withdrawn it takes back that and nothing else. Of visits received
before, nobody knows it: withdrawn they leave the day as it stands, to be corrected by hand.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0061_phones_say_what_waits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='visit',
            name='visited_on_before',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='visit',
            name='visited_on_moved',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('visited_on_before__isnull', True), ('visited_on_moved', False)), models.Q(('visited_on_before__isnull', True), ('visited_on_moved', True)), models.Q(('visited_on_before__lt', models.F('happened_on')), ('visited_on_moved', True)), _connector='OR'), name='visit_moves_its_day_forward'),
        ),
    ]
