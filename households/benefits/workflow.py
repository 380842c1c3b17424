"""How a policy comes into force: drafted by one, published by another, replaced by its correction."""

from poverty.review.workflows import workflows
from poverty.standards.workflow import drafted_and_published

CASE = "households.policy"

POLICY = workflows.register(
    drafted_and_published(CASE, draft="policy.edit", publish="policy.edit", what="政策")
)
