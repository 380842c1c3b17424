"""The transition table of objections (procedures.md 10; practice.md, Who decides)."""

from poverty.review.workflows import Transition, Workflow, workflows

OBJECTION = workflows.register(
    Workflow(
        case_type="review.objection",
        field="state",
        transitions=(
            Transition("receive", "收到异议", None, "received", "objection.enter", "village", "record"),
            Transition(
                "uphold",
                "异议成立",
                ("received",),
                "upheld",
                "objection.settle",
                "township",
                "verify",
                needs_document=True,
                closes_round=True,
            ),
            Transition(
                "dismiss",
                "异议不成立",
                ("received",),
                "dismissed",
                "objection.settle",
                "township",
                "verify",
                needs_document=True,
                closes_round=True,
            ),
        ),
    )
)
