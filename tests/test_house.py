"""The order of the house: who may import whom, and where imports stand. Read from the source."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each may import itself and what stands above it. One line: none of them may import another of the same line.
ORDER = (
    ("poverty.local",),
    ("poverty.sql", "poverty.web", "poverty.fields"),
    ("poverty.audit",),
    ("poverty.areas",),
    ("poverty.accounts",),
    ("poverty.files",),
    ("poverty.jobs",),
    ("poverty.parameters",),
    ("poverty.review",),
    ("poverty.notices",),
    ("poverty.standards",),
    ("poverty.ledgers",),
    ("households",),
    ("villages",),
    ("projects",),
    ("funds",),
    ("inspections",),
    ("poverty.dashboards",),
)
# What ties everything together; nothing above may import it.
WIRING = ("poverty.urls", "poverty.api", "poverty.celery", "poverty.settings", "poverty.wsgi", "manage")
LEVEL = {name: number for number, names in enumerate(ORDER) for name in names}
TOP = {name.split(".")[0] for name in LEVEL} | {"manage"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "mixins", "constants"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, Path]:
    """Module name -> file, of everything that is ours and is not a test."""
    paths = [ROOT / "manage.py"]
    for top in sorted(TOP - {"manage"}):
        paths += sorted((ROOT / top).rglob("*.py"))
    return {module_name(path): path for path in paths if path.exists()}


SOURCES = sources()


def imported(name: str, path: Path) -> list[tuple[str, ast.stmt, bool]]:
    """(module imported, statement, whether it stands at the top of the file) for each of our own modules."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_top = {id(node) for node in tree.body}
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                steps = package.split(".")
                base = ".".join(steps[: len(steps) - node.level + 1] + ([base] if base else []))
            # `from package import name` imports a module where there is one of that name.
            targets = [full if (full := f"{base}.{alias.name}") in SOURCES else base for alias in node.names]
        else:
            continue
        found += [(target, node, id(node) in at_top) for target in targets]
    return found


def owner(module: str) -> str | None:
    """The app a module belongs to; "wiring" for what ties things together; None for what is not ours."""
    if module in WIRING or module == "poverty" or module.startswith("poverty.api."):
        return "wiring"
    for name in LEVEL:
        if module == name or module.startswith(f"{name}."):
            return name
    return None if module.split(".")[0] not in TOP else "unlisted"


def allowed(importer: str, target: str) -> bool:
    """Whether code of the app `importer` may import code of the app `target`."""
    if importer == target or importer == "wiring":
        return True
    if target == "wiring":
        return False
    return LEVEL[target] < LEVEL[importer]


def test_every_module_has_its_place_in_the_order():
    assert [name for name in SOURCES if owner(name) in (None, "unlisted")] == []


@pytest.mark.parametrize("name", SOURCES)
def test_imports_go_one_way(name):
    wrong = [
        f"{SOURCES[name].relative_to(ROOT)}:{node.lineno} imports {target}"
        for target, node, _ in imported(name, SOURCES[name])
        if owner(target) is not None and not allowed(owner(name), owner(target))
    ]
    assert wrong == []


def test_the_order_is_enforced():
    """The rule itself: down is refused, up and within is allowed, siblings of one line are strangers."""
    assert allowed("households", "poverty.areas")
    assert allowed("households", "households")
    assert not allowed("poverty.areas", "households")
    assert not allowed("poverty.sql", "poverty.web")
    assert not allowed("households", "wiring")
    assert owner("poverty.reviewing") == "unlisted"


def test_imports_stand_at_the_top():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for name, path in SOURCES.items()
        for _, node, at_top in imported(name, path)
        if not at_top
    ]
    assert wrong == []


def test_no_module_imports_itself_by_a_detour():
    graph = {
        name: {target for target, *_ in imported(name, path) if target in SOURCES and target != name}
        for name, path in SOURCES.items()
    }
    assert circles(graph) == []


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Every group of modules that import each other in a circle (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while not group or group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def test_circles_are_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_module_is_a_drawer_for_odds_and_ends():
    assert [name for name in SOURCES if FORBIDDEN_NAMES & set(name.split("."))] == []


def test_no_signals_between_our_apps():
    """Django's model signals hide who does what; services say it."""
    pattern = re.compile(r"django\.db\.models\.signals|from django\.dispatch")
    assert [name for name, path in SOURCES.items() if pattern.search(path.read_text(encoding="utf-8"))] == []


def declared(extra: str | None = None, *, group: str | None = None) -> set[str]:
    """Names of the packages that pyproject.toml asks for itself, lower case with hyphens.

    Of the project, with an extra if one is named; or only those of a dependency group.
    """
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = told["project"]
    wanted = project["dependencies"] + (project["optional-dependencies"][extra] if extra else [])
    if group:
        wanted = told["dependency-groups"][group]
    return {re.match(r"[A-Za-z0-9._-]+", text)[0].lower().replace("_", "-") for text in wanted}


def undeclared(paths, known: set[str], distributions=None) -> set[str]:
    """Imported packages that no line of pyproject.toml asks for.

    `distributions` says which packages bring a module, where they are not installed here.
    """
    distributions = distributions or packages_distributions()
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                tops = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                tops = {node.module.split(".")[0]}
            else:
                continue
            for top in tops - set(sys.stdlib_module_names) - TOP - {"tests"}:
                owners = {name.lower().replace("_", "-") for name in distributions.get(top, ())}
                if not owners & known:
                    found.add(top)
    return found


def test_every_package_that_is_used_is_asked_for():
    """What comes only because another package needs it may be gone tomorrow."""
    assert undeclared(SOURCES.values(), declared()) == set()
    # It has an environment of its own, by requirements-bench.lock.
    openfisca = set((ROOT / "tests" / "bench" / "openfisca").rglob("*.py"))
    there = {
        "numpy": ["numpy"],
        "openfisca_core": ["openfisca-core"],
        "psycopg2": ["psycopg2-binary"],
    }
    assert undeclared(openfisca, declared(group="bench"), there) == set()
    tests = set((ROOT / "tests").rglob("*.py")) - openfisca
    # pytest comes with pytest-django and pytest-xdist, which are nothing without it.
    assert undeclared(tests, declared("test") | {"pytest"}) == set()


def test_what_starts_before_the_environment_needs_nothing_installed():
    """poverty.local runs with a bare Python; its management commands run in Django."""
    foreign = [
        f"{name} imports {target}"
        for name, path in SOURCES.items()
        if name == "poverty" or (owner(name) == "poverty.local" and ".management" not in name)
        for target, *_ in imported(name, path)
        if owner(target) != "poverty.local" and target.split(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []
