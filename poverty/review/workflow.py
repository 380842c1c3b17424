"""The transition table of objections (procedures.md 10; practice.md, Who decides).

An objection begins as "received" without a step: whoever objects on the web has no account (services/objections.py).
"""

from poverty.review.workflows import Transition, Workflow, workflows

OBJECTION = workflows.register(
    Workflow(
        case_type="review.objection",
        field="state",
        transitions=(
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
