"""How what an area lays down comes into force: drafted by one, published by another, replaced by its correction."""

from poverty.review.levels import Lane, Level
from poverty.review.workflows import Transition, Workflow, workflows
from poverty.standards.statuses import Status


def drafted_and_published(case_type: str, *, draft: str, publish: str, what: str = "") -> Workflow:
    """The workflow of versions with a Status, by the rights to draft and to publish.

    `what`: its name in the labels, "" where the case says it.
    """
    return Workflow(
        case_type=case_type,
        field="status",
        transitions=(
            Transition(
                name="draft",
                label=f"起草{what}",
                sources=None,
                target=Status.DRAFT,
                right=draft,
                level=Level.COUNTY,
                lane=Lane.PROPOSE,
            ),
            Transition(
                name="publish",
                label=f"发布{what}",
                sources=(Status.DRAFT,),
                target=Status.PUBLISHED,
                right=publish,
                level=Level.COUNTY,
                lane=Lane.DECIDE,
                closes_round=True,
            ),
            Transition(
                # Carried out by publishing the correction. Lane record: who publishes the new version decides
                # about that one; he may well have drafted this one.
                name="supersede",
                label=f"{what}被新版本替代",
                sources=(Status.PUBLISHED,),
                target=Status.SUPERSEDED,
                right=publish,
                level=Level.COUNTY,
                lane=Lane.RECORD,
            ),
            Transition(
                name="withdraw",
                label=f"作废{what}草稿" if what else "作废",
                sources=(Status.DRAFT,),
                target=Status.WITHDRAWN,
                right=draft,
                level=Level.COUNTY,
                lane=Lane.RECORD,
                needs_comment=True,
            ),
        ),
    )


STANDARD = workflows.register(
    drafted_and_published("standards.standard", draft="standard.draft", publish="standard.publish")
)
