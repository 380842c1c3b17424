"""What this app tells the log, the areas and its own registry, once, when everything is loaded."""

from poverty.areas import bearers
from poverty.audit import actions, field_words, naming
from poverty.files import cases, settlements

naming.register_case_type("files.storedfile", "文件", "files:file")
actions.register({"files.store": "上传文件", "files.link": "关联文件", "files.unlink": "移除文件"})
field_words.register(
    "files.", {"file": "文件编号", "role": "用途", "sha256": "内容摘要"}, {"role": cases.any_role_label}
)
bearers.exempt("files.storedfile", "area_code", "where it was first brought, with the code of that day")
bearers.exempt("files.upload", "area_code", "where it was brought, with the code of that day")

cases.register(
    settlements.CASE_TYPE,
    rows=settlements.rows,
    attachable=settlements.attachable,
    roles=settlements.ROLES,
)
