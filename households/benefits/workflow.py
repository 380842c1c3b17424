"""How a policy comes into force: drafted by one, published by another, replaced by its correction."""

from households.benefits.models.policy import Status
from poverty.review.levels import Lane, Level
from poverty.review.workflows import Transition, Workflow, workflows

CASE = "households.policy"

POLICY = workflows.register(
    Workflow(
        case_type=CASE,
        field="status",
        transitions=(
            Transition(
                name="draft",
                label="起草政策",
                sources=None,
                target=Status.DRAFT,
                right="policy.edit",
                level=Level.COUNTY,
                lane=Lane.PROPOSE,
            ),
            Transition(
                name="publish",
                label="发布政策",
                sources=(Status.DRAFT,),
                target=Status.PUBLISHED,
                right="policy.edit",
                level=Level.COUNTY,
                lane=Lane.DECIDE,
                closes_round=True,
            ),
            Transition(
                # Carried out by publishing the correction.
                name="supersede",
                label="政策被新版本替代",
                sources=(Status.PUBLISHED,),
                target=Status.SUPERSEDED,
                right="policy.edit",
                level=Level.COUNTY,
                lane=Lane.RECORD,
            ),
            Transition(
                name="withdraw",
                label="作废政策草稿",
                sources=(Status.DRAFT,),
                target=Status.WITHDRAWN,
                right="policy.edit",
                level=Level.COUNTY,
                lane=Lane.RECORD,
                needs_comment=True,
            ),
        ),
    )
)
