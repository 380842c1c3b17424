"""The facts of a village's year in the order and words of the form (forms.md 4.1): blocks, national codes, whose they are.

One list draws the form, the page, the ledger and the columns of a workbook.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from villages.models import VillageYear


@dataclass(frozen=True)
class Block:
    """A block of the form. `codes`: field -> national code ("" for none); `sector`: the bureau that may fill it too."""

    slug: str
    title: str
    codes: dict[str, str]
    help: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the block in order."""
        return tuple(self.codes)


BLOCKS = (
    Block(
        "people",
        "人口",
        {
            "households": "AAD005",
            "natural_villages": "AAD006",
            "population": "AAD010",
            "agricultural_population": "",
            "agricultural_population_source": "",
            "poor_households": "AAD007",
            "poor_population": "AAD011",
            "dibao_households": "AAD008",
            "dibao_population": "AAD012",
            "wubao_households": "AAD009",
            "wubao_population": "AAD013",
            "minority_population": "AAD014",
            "women": "AAD015",
            "disabled": "AAD016",
            "labour": "AAD017",
            "migrant_workers": "AAD018",
            "party_members": "AAD037",
            "graduate_officials": "AAD038",
            "has_good_committee": "",
        },
        "农业户籍人口是贫困发生率的分母，按年填写并注明来源。",
    ),
    Block(
        "income",
        "收入和产业",
        {
            "farm_income": "AAD301",
            "collective_income": "AAD302",
            "collective_income_from": "",
            "has_industry": "",
            "industry_name": "",
            "cooperatives": "AAD371",
            "cooperative_poor_households": "AAD372",
            "mutual_fund_associations": "ADA012",
            "mutual_fund_amount": "ADA013",
        },
        "集体经济收入按本年实际到账填写，没有的填 0，不知道的留空。",
    ),
    Block(
        "roads",
        "道路",
        {
            "paved_to_township": "AAD328",
            "roadbed_width": "",
            "surface_width": "",
            "has_bus": "AAD323",
            "unpaved_km": "AAD321",
            "unconnected_settlements": "AAD322",
            "unconnected_km": "AAD324",
        },
    ),
    Block(
        "supply",
        "饮水、用电和住房",
        {
            "unsafe_water_households": "AAD331",
            "water_short_households": "AAD332",
            "unpowered_households": "AAD356",
            "unpowered_settlements": "AAD355",
            "no_production_power_settlements": "AAD357",
            "production_power_settlements": "AAD358",
            "dangerous_households": "AAD361",
            "dangerous_poor_persons": "ADA011",
        },
    ),
    Block(
        "services",
        "卫生、文化和公共服务",
        {
            "clinics": "AAD391",
            "clinic_area": "ADA014",
            "clinic_rooms_complete": "ADA015",
            "doctors": "AAD393",
            "public_toilets": "AAD392",
            "rubbish_points": "AAD394",
            "culture_rooms": "AAD401",
            "has_office": "",
            "has_notice_board": "",
            "has_service_center": "",
            "has_kindergarten": "",
            "poverty_dropouts": "",
        },
    ),
    Block(
        "network",
        "通信和广播电视",
        {
            "has_network": "",
            "broadband_households": "AAD411",
            "mobile_internet_households": "AAD413",
            "school_broadband": "AAD412",
            "broadband_settlements": "AAD415",
            "information_officers": "AAD414",
            "broadcasting_households": "AAD402",
        },
    ),
    Block(
        "insurance",
        "参保",
        {
            "medical_insured": "AAD311",
            "medical_aid_cases": "AAD312",
            "resident_pension": "AAD313",
            "employee_pension": "AAD314",
            "pension_covered": "ADA024",
        },
    ),
    Block(
        "land",
        "土地",
        {
            "cultivated_land": "AAD019",
            "irrigated_land": "AAD027",
            "forest_land": "AAD021",
            "returned_forest_land": "AAD022",
            "orchard_land": "AAD023",
            "pasture_land": "AAD024",
            "water_surface": "AAD025",
        },
    ),
    Block(
        "tourism",
        "乡村旅游",
        {
            "tourism_households": "AAD381",
            "farm_stays": "AAD382",
            "tourism_workers": "AAD383",
            "farm_stay_income": "AAD384",
        },
    ),
)
FACTS: tuple[str, ...] = tuple(name for block in BLOCKS for name in block.names)
NATIONAL_CODES: dict[str, str] = {
    name: code for block in BLOCKS for name, code in block.codes.items() if code
}

# What a new year takes over from the last one, marked 沿用上年: what is built stays built. People, income, insurance
# and who lacks what are asked anew every year.
CARRIED: tuple[str, ...] = (
    "natural_villages",
    "has_industry",
    "industry_name",
    "cooperatives",
    *BLOCKS[2].names,
    "no_production_power_settlements",
    "production_power_settlements",
    "clinics",
    "clinic_area",
    "clinic_rooms_complete",
    "culture_rooms",
    "has_office",
    "has_notice_board",
    "has_service_center",
    "has_kindergarten",
    "has_network",
    *BLOCKS[7].names,
)

# Which facts a bureau answers for, and may fill in beside village and township.
OF_SECTOR: dict[str, tuple[str, ...]] = {
    "transport": BLOCKS[2].names,
    "water": ("unsafe_water_households", "water_short_households"),
    "power": (
        "unpowered_households",
        "unpowered_settlements",
        "no_production_power_settlements",
        "production_power_settlements",
    ),
    "housing": ("dangerous_households", "dangerous_poor_persons"),
    "health": ("clinics", "clinic_area", "clinic_rooms_complete", "doctors"),
    "medical_insurance": ("medical_insured", "medical_aid_cases"),
    "human_resources": ("resident_pension", "employee_pension", "pension_covered"),
    "education": ("poverty_dropouts", "has_kindergarten", "school_broadband"),
    "broadcasting": ("broadcasting_households",),
    "culture": ("culture_rooms",),
    "telecom": (
        "has_network",
        "broadband_households",
        "mobile_internet_households",
        "broadband_settlements",
        "information_officers",
    ),
    "agriculture": (
        "has_industry",
        "industry_name",
        "cooperatives",
        "cooperative_poor_households",
        "collective_income",
        "collective_income_from",
        "farm_income",
    ),
    "organization": ("has_good_committee", "party_members", "has_office", "has_notice_board"),
}


def fields_of(sectors: Iterable[str]) -> frozenset[str]:
    """The facts that belong to these sectors."""
    return frozenset(name for sector in sectors for name in OF_SECTOR.get(sector, ()))


def label_of(name: str) -> str:
    """The form's words for a fact."""
    return str(VillageYear._meta.get_field(name).verbose_name)
