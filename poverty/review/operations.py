"""Migration operation with which an app puts a state column of its own under the rule "no status without
its step".
"""

from django.db.migrations.operations.base import Operation

from poverty.sql.triggers import Function, Trigger

_BODY = """
DECLARE
    before text := '';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.{field};
    END IF;
    IF NOT EXISTS (
        SELECT FROM review_step
        WHERE case_type = '{case_type}' AND case_id = NEW.{pk}
            AND source = before AND target = NEW.{field} AND txid = txid_current()
    ) THEN
        RAISE EXCEPTION '{table} %: {field} % without a step', NEW.{pk}, NEW.{field}
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'review_status_needs_step';
    END IF;
    RETURN NULL;
END
"""


class StatusNeedsStep(Operation):
    """Refuse at commit a row of `table` whose `field` is new or changed and that has no step of this
    transaction.

    `case_type` is that of the workflow; the step must lead from the old value (none for an inserted row) to
    the new one. One index look-up per row, so a million inserted rows stay cheap. A row may be inserted
    with the value `initial` ("nothing known yet") without a step; from there on every change needs one. The
    migration depends on ("review", "0002_guards"). A new row may stand at `initial` (where given) without a
    step: nothing has happened to it yet. Going back removes the trigger.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, case_type: str, field: str, *, pk: str = "id", initial: str | None = None):
        self.table, self.case_type, self.field, self.pk, self.initial = table, case_type, field, pk, initial

    def deconstruct(self):
        arguments = {"pk": self.pk, "initial": self.initial}
        return (self.__class__.__name__, [self.table, self.case_type, self.field], arguments)

    def describe(self):
        return f"Let {self.table}.{self.field} change only together with a step"

    def _operations(self):
        name = f"{self.table}_{self.field}_needs_step"
        body = _BODY.format(table=self.table, case_type=self.case_type, field=self.field, pk=self.pk)
        return (
            Function(name, body),
            Trigger(
                f"{name}_new",
                self.table,
                name,
                when="AFTER INSERT",
                condition="" if self.initial is None else f"NEW.{self.field} <> '{self.initial}'",
                deferred=True,
            ),
            Trigger(
                f"{name}_changed",
                self.table,
                name,
                when="AFTER UPDATE",
                condition=f"OLD.{self.field} IS DISTINCT FROM NEW.{self.field}",
                deferred=True,
            ),
        )

    def state_forwards(self, app_label, state):
        """Change no model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self._operations():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self._operations()):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)
