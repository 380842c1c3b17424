"""入户路类型, AAC316 (forms.md 1.3). The codes 01 to 04 are (from memory)."""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class RoadType(Option):
    """`is_hardened`: counts as a hardened road (硬化路); reading of the labels."""

    is_hardened: bool = False


ROAD_TYPES = Options(
    "road_types",
    [
        RoadType("earth", "泥土路", {"national": "01"}, ("土路",)),
        RoadType("gravel", "砂石路", {"national": "02"}, ("沙石路",)),
        RoadType("cement", "水泥路", {"national": "03"}, ("混凝土路",), is_hardened=True),
        RoadType("asphalt", "沥青路", {"national": "04"}, ("柏油路",), is_hardened=True),
    ],
)
