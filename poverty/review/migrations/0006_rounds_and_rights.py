"""What a step rests on can be asked in the database, bound to the round of its case; papers of meetings say of which.

Functions for the guards of procedures (households, villages): they look at the last step of a case into a state and
answer for the round of that step.
"""

from django.db import migrations, models

from poverty.sql.triggers import Function

_TAKEN = """
    SELECT * INTO taken FROM review_step s
        WHERE s.case_type = kind_of_case AND s.case_id = one AND s.target = reached ORDER BY s.id DESC LIMIT 1;
"""

# Whether a notice hung to its end before the step into `reached`, posted when the case had come to `listed`.
POSTED = f"""
DECLARE
    taken review_step;
    came review_step;
BEGIN
    {_TAKEN}
    SELECT * INTO came FROM review_step s
        WHERE s.case_type = kind_of_case AND s.case_id = one AND s.target = listed
            AND s.round = taken.round AND s.id <= taken.id
        ORDER BY s.id DESC LIMIT 1;
    RETURN EXISTS (
        SELECT FROM review_rosterentry e JOIN review_notice n ON n.roster_id = e.roster_id
        WHERE e.case_type = kind_of_case AND e.case_id = one
            AND (e.left_on IS NULL OR (taken.closes_round AND e.left_on = taken.happened_on))
            AND n.kind = wanted AND n.withdrawn_on IS NULL
            AND n.posted_on >= came.happened_on AND n.recorded_at >= came.recorded_at
            AND n.last_day < taken.happened_on
    );
END
"""

# Whether the last closed meeting of a kind in the round, held by the day of the step into `reached`, agreed.
AGREED = f"""
DECLARE
    taken review_step;
    began review_step;
BEGIN
    {_TAKEN}
    SELECT * INTO began FROM review_step s
        WHERE s.case_type = kind_of_case AND s.case_id = one AND s.closes_round AND s.round < taken.round
        ORDER BY s.id DESC LIMIT 1;
    RETURN coalesce((
        SELECT i.agreed FROM review_meetingitem i JOIN review_meeting m ON m.id = i.meeting_id
        WHERE i.case_type = kind_of_case AND i.case_id = one AND m.kind = wanted AND m.closed_at IS NOT NULL
            AND m.held_on <= taken.happened_on
            AND (began.id IS NULL OR m.held_on > began.happened_on
                OR (m.held_on = began.happened_on AND m.recorded_at >= began.recorded_at))
        ORDER BY m.held_on DESC, m.id DESC LIMIT 1
    ), false);
END
"""

# Whether an objection was open when the step into `reached` was taken: to the case, or to its list without a household.
OBJECTED = f"""
DECLARE
    taken review_step;
BEGIN
    {_TAKEN}
    RETURN EXISTS (
        SELECT FROM review_objection o
        WHERE o.case_type = kind_of_case AND o.case_id = one
            AND (o.answered_on IS NULL OR o.answered_on > taken.happened_on)
    ) OR EXISTS (
        SELECT FROM review_objection o
        JOIN review_notice n ON n.id = o.notice_id
        JOIN review_rosterentry e ON e.roster_id = n.roster_id
        WHERE o.state = 'received' AND o.case_id IS NULL
            AND e.case_type = kind_of_case AND e.case_id = one AND e.left_on IS NULL
    );
END
"""


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0005_lists_completed'),
    ]

    operations = [
        migrations.AddField(
            model_name='roster',
            name='late_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='补录原因'),
        ),
        migrations.RemoveConstraint(
            model_name='objection',
            name='a_settled_objection_has_its_answer_and_case',
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'received'), models.Q(models.Q(('answer', ''), _negated=True), models.Q(('state', 'dismissed'), ('case_id__isnull', False), _connector='OR')), _connector='OR'), name='a_settled_objection_has_its_answer_and_case', violation_error_message='请写明核查结果，并指明所指的户。'),
        ),
        migrations.AddField(
            model_name='requiredpaper',
            name='meeting',
            field=models.CharField(blank=True, choices=[('village', '村民代表会议民主评议'), ('township', '乡镇会议'), ('leading_group', '扶贫开发领导小组会议'), ('analysis', '研判会')], default='', max_length=20, verbose_name='会议'),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(
            model_name='requiredpaper',
            name='one_required_paper_from_a_day',
        ),
        migrations.AddConstraint(
            model_name='requiredpaper',
            constraint=models.UniqueConstraint(fields=('case_type', 'transition', 'per', 'meeting', 'role', 'area_code', 'valid_from'), name='one_required_paper_from_a_day'),
        ),
        migrations.AddConstraint(
            model_name='requiredpaper',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('per', 'meeting'), models.Q(('meeting', ''), _negated=True)), models.Q(models.Q(('per', 'meeting'), _negated=True), ('meeting', '')), _connector='OR'), name='required_paper_of_a_meeting_says_which'),
        ),
        Function(
            "review_was_posted", POSTED, arguments="kind_of_case text, one bigint, reached text, wanted text, listed text",
            returns="boolean",
        ),
        Function(
            "review_was_agreed", AGREED, arguments="kind_of_case text, one bigint, reached text, wanted text",
            returns="boolean",
        ),
        Function(
            "review_was_objected", OBJECTED, arguments="kind_of_case text, one bigint, reached text", returns="boolean",
        ),
    ]
