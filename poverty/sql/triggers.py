"""Migration operations for PL/pgSQL functions and triggers. Every operation can be reversed."""

from django.db.migrations.operations.base import Operation


class _Sql(Operation):
    """Runs `forwards_sql()` and, backwards, `backwards_sql()`; the model state is not touched."""

    reversible = True
    reduces_to_sql = False

    def state_forwards(self, app_label, state):
        """Change no model state."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute(self.forwards_sql(), params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute(self.backwards_sql(), params=None)

    def forwards_sql(self) -> str:
        raise NotImplementedError

    def backwards_sql(self) -> str:
        raise NotImplementedError


class Function(_Sql):
    """Install a PL/pgSQL function; going back drops it, or restores `previous` (the earlier body).

    `body` is what stands between $$ and $$: optional DECLARE, then BEGIN ... END. No parameters are
    substituted, so a % needs no doubling. `arguments` as in CREATE FUNCTION ("day date").
    """

    def __init__(self, name: str, body: str, *, arguments="", returns="trigger", previous=""):
        self.name, self.body, self.arguments = name, body, arguments
        self.returns, self.previous = returns, previous

    def describe(self):
        return f"Install function {self.name}"

    def _create(self, body: str) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}({self.arguments}) RETURNS {self.returns} "
            f"LANGUAGE plpgsql AS $function$\n{body.strip().rstrip(';')};\n$function$"
        )

    def forwards_sql(self):
        return self._create(self.body)

    def backwards_sql(self):
        if self.previous:
            return self._create(self.previous)
        return f"DROP FUNCTION {self.name}({self.arguments})"


class Trigger(_Sql):
    """Attach a function to a table.

    `when` is "BEFORE UPDATE OR DELETE", "AFTER INSERT", ...; `each` is "ROW" or "STATEMENT"; `condition` is
    an SQL expression over OLD and NEW; `deferred` makes it a constraint trigger that fires at commit (AFTER,
    ROW); `referencing` names transition tables ("NEW TABLE AS added"); `arguments` are literals as SQL.
    """

    def __init__(
        self,
        name,
        table,
        function,
        *,
        when,
        each="ROW",
        condition="",
        deferred=False,
        referencing="",
        arguments="",
    ):
        if deferred and (each != "ROW" or not when.upper().startswith("AFTER")):
            raise ValueError("A deferred trigger fires AFTER, for each ROW.")
        self.name, self.table, self.function, self.when, self.each = name, table, function, when, each
        self.condition, self.deferred = condition, deferred
        self.referencing, self.arguments = referencing, arguments

    def describe(self):
        return f"Attach trigger {self.name} to {self.table}"

    def forwards_sql(self):
        parts = [
            f"CREATE {'CONSTRAINT ' if self.deferred else ''}TRIGGER {self.name} {self.when} ON {self.table}",
            "DEFERRABLE INITIALLY DEFERRED" if self.deferred else "",
            f"REFERENCING {self.referencing}" if self.referencing else "",
            f"FOR EACH {self.each}",
            f"WHEN ({self.condition})" if self.condition else "",
            f"EXECUTE FUNCTION {self.function}({self.arguments})",
        ]
        return " ".join(part for part in parts if part)

    def backwards_sql(self):
        return f"DROP TRIGGER {self.name} ON {self.table}"


class AppendOnly(_Sql):
    """Refuse UPDATE, DELETE and TRUNCATE on a table, for every database user and every caller.

    The product has no switch for it; only a test runner, as database superuser, may flush such a table with
    `SET session_replication_role = replica`.
    """

    def __init__(self, table: str):
        self.table = table

    def describe(self):
        return f"Make {self.table} append-only"

    def forwards_sql(self):
        name = f"{self.table}_append_only"
        return f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'integrity_constraint_violation';
            END;
            $function$;
            CREATE TRIGGER {name}_row BEFORE UPDATE OR DELETE ON {self.table}
                FOR EACH ROW EXECUTE FUNCTION {name}();
            CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {self.table}
                FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """

    def backwards_sql(self):
        name = f"{self.table}_append_only"
        return f"""
            DROP TRIGGER {name}_row ON {self.table};
            DROP TRIGGER {name}_truncate ON {self.table};
            DROP FUNCTION {name}();
        """
