"""Sheets are taken down and objections answered on a day; what hangs on the wall takes nobody in any more."""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

from poverty.sql.triggers import Function, Trigger

guarded = import_module("poverty.review.migrations.0004_lists_guarded")

_REFUSED = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT ="

# Taken down once; withdrawn, nothing changes any more.
NOTICE = f"""
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_on IS NOT NULL
       OR (OLD.taken_down_on IS NOT NULL AND NEW.taken_down_on IS DISTINCT FROM OLD.taken_down_on)
       OR (to_jsonb(NEW) - 'withdrawn_on' - 'withdrawn_reason' - 'taken_down_on')
          <> (to_jsonb(OLD) - 'withdrawn_on' - 'withdrawn_reason' - 'taken_down_on') THEN
        RAISE EXCEPTION 'A posted notice stays as it hung' {_REFUSED} 'review_notice_stays';
    END IF;
    RETURN NEW;
END
"""

# The phone stays free: keys of encryption change.
OBJECTION = f"""
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.state <> 'received' AND (to_jsonb(NEW) - 'phone') <> (to_jsonb(OLD) - 'phone'))
       OR (to_jsonb(NEW) - 'state' - 'answer' - 'answered_on' - 'case_id' - 'receipt_on' - 'phone')
          <> (to_jsonb(OLD) - 'state' - 'answer' - 'answered_on' - 'case_id' - 'receipt_on' - 'phone') THEN
        RAISE EXCEPTION 'An objection stays as it came' {_REFUSED} 'review_objection_stays';
    END IF;
    RETURN NEW;
END
"""

# A household added later needs a list and a notice of its own (architecture 8).
JOINING = f"""
BEGIN
    IF EXISTS (SELECT FROM added a JOIN review_roster r ON r.id = a.roster_id WHERE r.case_type <> a.case_type) THEN
        RAISE EXCEPTION 'A list holds cases of one kind' {_REFUSED} 'review_roster_of_one_kind';
    END IF;
    IF EXISTS (SELECT FROM added a JOIN review_notice n ON n.roster_id = a.roster_id) THEN
        RAISE EXCEPTION 'A posted list takes nobody in' {_REFUSED} 'review_posted_list_is_full';
    END IF;
    RETURN NULL;
END
"""

# Who looked at what never changes; how long he looked only grows.
LOOK = f"""
BEGIN
    IF TG_OP = 'DELETE' OR NEW.seconds < OLD.seconds
       OR (to_jsonb(NEW) - 'seconds') <> (to_jsonb(OLD) - 'seconds') THEN
        RAISE EXCEPTION 'A look stays' {_REFUSED} 'review_look_stays';
    END IF;
    RETURN NEW;
END
"""


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0004_lists_guarded'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='taken_down_on',
            field=models.DateField(blank=True, null=True, verbose_name='撤下日期'),
        ),
        migrations.AddField(
            model_name='objection',
            name='answered_on',
            field=models.DateField(blank=True, null=True, verbose_name='答复日期'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('taken_down_on__isnull', True), ('taken_down_on__gte', models.F('last_day')), _connector='OR'), name='a_notice_hangs_to_its_last_day', violation_error_message='公示期满前不能撤下。'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'received'), ('answered_on__gte', models.F('received_on')), _connector='OR'), name='a_settled_objection_has_its_day', violation_error_message='答复日期不能早于收到日期。'),
        ),
        Function("review_notice_stays", NOTICE, previous=guarded.NOTICE),
        Function("review_objection_stays", OBJECTION, previous=guarded.OBJECTION),
        Function("review_rosterentry_joins", JOINING),
        Trigger(
            "review_rosterentry_joins",
            "review_rosterentry",
            "review_rosterentry_joins",
            when="AFTER INSERT",
            each="STATEMENT",
            referencing="NEW TABLE AS added",
        ),
        Function("review_look_stays", LOOK),
        Trigger("review_look_stays", "review_look", "review_look_stays", when="BEFORE UPDATE OR DELETE"),
    ]
