"""Groups of help measures on the 2023 monitoring form (forms.md 3.3 and 5); the words of the handbook's plan table and of a
county's list as aliases. What is finer stands in measure_subtypes.py.
"""

from poverty.fields.options import Option, Options

MEASURE_GROUPS = Options(
    "measure_groups",
    [
        Option("development", "实施开发式帮扶措施情况", {}, ("开发式帮扶",)),
        Option("industry", "产业帮扶", {}, ("产业",)),
        Option("employment", "就业帮扶", {}, ("就业",)),
        Option("finance", "金融帮扶", {}, ("金融扶贫",)),
        Option("public_posts", "公益岗位帮扶", {}, ("公益岗位", "公益性岗位")),
        Option("housing", "住房安全保障"),
        Option("water", "饮水安全保障"),
        Option("health", "健康帮扶", {}, ("健康扶贫",)),
        Option("compulsory_education", "义务教育保障"),
        Option("other_education", "其他教育帮扶", {}, ("教育帮扶",)),
        Option("comprehensive", "综合保障"),
        Option("social", "社会帮扶", {}, ("社会扶贫",)),
        Option("relocation", "搬迁", {}, ("易地搬迁",)),
        Option("living_conditions", "生产生活条件改善"),
        Option("infrastructure", "基础设施建设", {}, ("基础设施",)),
    ],
)
