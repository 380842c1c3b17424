"""户类型 (forms.md 1.1, standards.md 9.1).

Two columns of the national export must not be mixed: the kind of household, here, and the
category of a monitored one (`monitoring_categories`); a household can be both 脱贫户 and
monitored. The two policy kinds are local. "建档立卡贫困户" for a registered household that has not exited
and 一般农户 as stored default are (from memory); 脱贫户 and 一般农户 are printed by the export.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class Kind(Option):
    """`is_registered`: on the poverty register (建档立卡), whether exited or not."""

    is_registered: bool = True


REGISTERED_POOR = "registered_poor"
EXITED = "exited"
GENERAL_RURAL = "general_rural"

HOUSEHOLD_KINDS = Options(
    "household_kinds",
    [
        Kind(REGISTERED_POOR, "建档立卡贫困户", {}, ("贫困户", "建档立卡户", "未脱贫户")),
        Kind(EXITED, "脱贫户", {}, ("已脱贫户",)),
        Kind("exited_with_policy", "脱贫享受政策户", {}, ("脱贫享受政策",)),
        Kind("exited_without_policy", "脱贫不享受政策户", {}, ("脱贫不享受政策",)),
        Kind(GENERAL_RURAL, "一般农户", {}, ("非贫困户", "普通农户"), is_registered=False),
    ],
)
