"""What the documents name is there: paths, links, names in the code, and every row of the coverage list."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Letter and number of rows of the source documents' list of facts.
ROWS = {"A": 44, "B": 29, "C": 39, "D": 22, "E": 21, "F": 23, "G": 15, "H": 16}
STATUSES = ("works", "partly", "not yet")
ENDINGS = (".py", ".md", ".html", ".toml", ".lock", ".json", ".css", ".js", ".csv")
# Made on the machine, so not in the tree.
NOT_OURS = {".local", ".venv", ".git", "node_modules"}

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
COVERAGE_ROW = re.compile(r"^\| ([A-H]\d+) \| (.+?) \| ([a-z ]+) \| (.*?) ?\|$", re.M)


def prose(path: Path) -> str:
    """A document without its blocks of code."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def tops() -> set[str]:
    """Names of the directories at the top of the tree; a path in a document begins with one of them."""
    return {path.name for path in ROOT.iterdir() if path.is_dir() and path.name not in NOT_OURS}


def paths_in(text: str) -> set[str]:
    """Paths of the tree that a text names in backticks: `households/rules.py`, `docs/`, `Makefile`."""
    found = set()
    for span in SPAN.findall(text):
        if not re.fullmatch(r"[\w.*/-]+", span):
            continue
        in_a_directory = "/" in span and span.split("/")[0] in tops()
        at_the_top = "/" not in span and (ROOT / span).exists() and span.endswith(ENDINGS)
        if in_a_directory or at_the_top:
            found.add(span)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_named_exists(document):
    missing = [path for path in sorted(paths_in(prose(document))) if not any(ROOT.glob(path.rstrip("/")))]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document):
    links = [link for link in LINK.findall(prose(document)) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_name_of_the_domain_rules_stands_in_its_file():
    """Written as `path`: `name`, `name`; the name must occur in that file."""
    text = prose(ROOT / "docs" / "domain-rules.md")
    found = re.findall(r"`([\w/]+\.py)`: ((?:`[\w.]+`(?:, )?)+)", text)
    assert len(found) > 40
    missing = [
        f"{path}: {name}"
        for path, names in found
        for name in SPAN.findall(names)
        if not re.search(rf"\b{re.escape(name)}\b", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert missing == []


def test_every_word_of_the_glossary_is_used_by_the_code():
    sources = [path for top in ("poverty", "households", "villages") for path in (ROOT / top).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r"[A-Za-z]+", code)) | set(re.findall(r"\w+", code))
    words = [
        word
        for line in prose(ROOT / "docs" / "glossary.md").splitlines()
        if line.startswith("| ")
        for word in SPAN.findall(line)
    ]
    assert len(words) > 80
    assert [word for word in words if word not in used and word not in code] == []


def test_the_glossary_has_one_line_per_term():
    lines = [
        line.split("|")[1].strip()
        for line in prose(ROOT / "docs" / "glossary.md").splitlines()
        if line.startswith("| ") and not line.startswith(("| Chinese", "| ---"))
    ]
    assert sorted({term for term in lines if lines.count(term) > 1}) == []


def coverage() -> list[tuple[str, str, str, str]]:
    """(row, term, status, where) of docs/coverage.md."""
    return COVERAGE_ROW.findall((ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"))


def test_coverage_has_every_row_once_and_in_order():
    wanted = [f"{letter}{number}" for letter, last in ROWS.items() for number in range(1, last + 1)]
    assert len(wanted) == 209
    assert [row for row, *_ in coverage()] == wanted


def test_coverage_says_where_what_works_is_found():
    wrong = [
        row
        for row, _, status, where in coverage()
        if status not in STATUSES
        or bool(where) != (status != "not yet")
        or ("Not yet: " in where) != (status == "partly")
    ]
    assert wrong == []


def test_coverage_counts_its_rows():
    found = [status for _, _, status, _ in coverage()]
    line = "Now: {} work, {} partly, {} not yet.".format(*(found.count(status) for status in STATUSES))
    assert line in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")


def test_the_start_of_the_readme_is_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    start = text.split("\n## Start\n")[1].split("\n## ")[0]
    assert re.findall(r"\bmake \w+", "\n".join(FENCE.findall(start))) == ["make run", "make test"]
    assert set(re.findall(r"\bmake (\w+)", start)) <= {"run", "test"}
