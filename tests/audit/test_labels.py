"""Whatever the tree writes into the log has a label that people can read."""

import ast
from pathlib import Path

from poverty.audit import actions

ROOT = Path(__file__).parents[2]
WRITERS = {"record", "record_rows", "record_select"}


def written_actions():
    """(file, action code) of every call that names its action literally."""
    for top in ("poverty", "households"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in WRITERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield str(path.relative_to(ROOT)), first.value


def test_every_action_in_the_tree_has_a_label():
    found = list(written_actions())
    assert ("poverty/areas/services/imports.py", "area.import") in found
    assert [pair for pair in found if not actions.is_registered(pair[1])] == []
