"""公益性岗位类型 (forms.md 2 and 7.1 name the field without values; all values from memory)."""

from poverty.fields.options import Option, Options

PUBLIC_POST_TYPES = Options(
    "public_post_types",
    [
        Option("forest_ranger", "生态护林员", {}, ("护林员",)),
        Option("cleaner", "保洁员", {}, ("村级保洁员",)),
        Option("road_keeper", "护路员", {}, ("公路养护员",)),
        Option("water_keeper", "水管员", {}, ("护水员", "管水员")),
        Option("solar_post", "光伏公益岗", {}, ("光伏扶贫公益岗",)),
        Option("carer", "护理员", {}, ("照料护理员", "养老护理员")),
        Option("security", "治安巡逻员", {}, ("治安员",)),
        Option("public_works", "小型公益事业劳务"),
        Option("other", "其他", {}, ("其它",)),
    ],
)
