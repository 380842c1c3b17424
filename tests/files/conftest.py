"""Files go to a folder of each test's own; settlements are the cases that files belong to here."""

import pytest

from poverty.files import settlements
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.areas import make_area, make_settlement

CASE = settlements.CASE_TYPE


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.CELERY_TASK_DEFAULT_QUEUE = "test_nobody_listens"
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def settlement(db):
    """In 二道沟村 of county A."""
    return make_settlement(make_area(VILLAGE_A))


@pytest.fixture
def elsewhere(db):
    """In 新荣村 of county B."""
    return make_settlement(make_area(VILLAGE_B))


def on_disk(root):
    """Names of all files under the root, without the folders."""
    return sorted(path.name for path in root.rglob("*") if path.is_file())
