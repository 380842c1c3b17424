"""How a standard comes into force: drafted by one, published by another, replaced by its correction."""

from poverty.review.levels import Lane, Level
from poverty.review.workflows import Transition, Workflow, workflows
from poverty.standards.statuses import Status

STANDARD = workflows.register(
    Workflow(
        case_type="standards.standard",
        field="status",
        transitions=(
            Transition(
                name="draft",
                label="起草",
                sources=None,
                target=Status.DRAFT,
                right="standard.draft",
                level=Level.COUNTY,
                lane=Lane.PROPOSE,
            ),
            Transition(
                name="publish",
                label="发布",
                sources=(Status.DRAFT,),
                target=Status.PUBLISHED,
                right="standard.publish",
                level=Level.COUNTY,
                lane=Lane.DECIDE,
                closes_round=True,
            ),
            Transition(
                # Carried out by publishing the correction. Lane record: who publishes the new version decides
                # about that one; he may well have drafted this one.
                name="supersede",
                label="被新版本替代",
                sources=(Status.PUBLISHED,),
                target=Status.SUPERSEDED,
                right="standard.publish",
                level=Level.COUNTY,
                lane=Lane.RECORD,
            ),
            Transition(
                name="withdraw",
                label="作废",
                sources=(Status.DRAFT,),
                target=Status.WITHDRAWN,
                right="standard.draft",
                level=Level.COUNTY,
                lane=Lane.RECORD,
                needs_comment=True,
            ),
        ),
    )
)
