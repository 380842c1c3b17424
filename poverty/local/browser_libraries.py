"""Which files of the npm packages are served, and under which names.

A template writes {% static "vendor/tabler/css/tabler.min.css" %}; nothing is bundled, nothing is pasted
into the tree. htmx comes with django-htmx ({% htmx_script %}).
"""

import re
import shutil
from pathlib import Path

from poverty.local.places import VENDOR
from poverty.local.trouble import Trouble

FILES = {
    "tabler/css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/js/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "idb/index.js": "idb/build/index.js",
}
# The maps are megabytes for developers of those libraries; hashed static names need what is named to exist.
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=[^\n]*)\s*$")


def copy(modules: Path, vendor: Path = VENDOR) -> None:
    """Copy the served files out of node_modules; the directory appears whole or not at all."""
    unfinished = vendor.with_name(vendor.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, source in FILES.items():
        target = unfinished / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            content = (modules / source).read_bytes()
        except FileNotFoundError as error:
            raise Trouble(
                f"The npm packages no longer hold {source}: mend poverty/local/browser_libraries.py."
            ) from error
        target.write_bytes(SOURCE_MAP.sub(b"\n", content))
    shutil.rmtree(vendor, ignore_errors=True)
    unfinished.rename(vendor)
