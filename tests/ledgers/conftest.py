"""Files of exports go to a folder of the test."""

import pytest


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    """Where stored and exported files stand during the test."""
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT
