"""To whom a need (诉求) or a gap is put: the household's helper, village, township, county office, or one bureau."""

from poverty.accounts.options.sectors import SECTORS
from poverty.fields.options import Option, Options

HELPER, VILLAGE, TOWNSHIP, COUNTY = "helper", "village", "township", "county"

NEED_PARTIES = Options(
    "need_parties",
    [
        Option(HELPER, "帮扶责任人", {}, ("帮扶人", "帮扶干部")),
        Option(VILLAGE, "村", {}, ("村委会", "村两委", "驻村工作队")),
        Option(TOWNSHIP, "乡镇", {}, ("乡镇政府",)),
        Option(COUNTY, "县扶贫办", {}, ("县乡村振兴局",)),
        *(Option(one.key, f"{one.label}部门", {}, (one.label, *one.aliases)) for one in SECTORS),
    ],
)
BUREAUS = tuple(one.key for one in SECTORS)
