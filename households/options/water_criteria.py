"""Which generation of drinking-water criteria a judgement used (standards.md 7), and its items.

Holds WATER_CRITERIA and WATER_ITEMS. One failing item means not safe. The registration system
itself stores only yes or no: 饮水困难 and 饮水安全 until 2017, 是否解决安全饮用水 from 2018.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class WaterCriteria(Option):
    """`items`: what each item of WATER_ITEMS asks, by its key, in the document's figures."""

    items: tuple[tuple[str, str], ...] = ()


WATER_ITEMS = Options(
    "water_items",
    [
        Option("quantity", "水量"),
        Option("quality", "水质"),
        Option("convenience", "用水方便程度", {}, ("方便程度",)),
        Option("guarantee", "供水保证率", {}, ("保证率",)),
    ],
)

WATER_CRITERIA = Options(
    "water_criteria",
    [
        WaterCriteria(
            "system_2004",
            "农村饮用水安全卫生评价指标体系（水农〔2004〕547号）",
            {},
            ("2004年指标体系",),
            items=(
                ("quantity", "每人每天安全40–60升以上、基本安全20–40升以上（按五类气候区）"),
                ("quality", "符合《生活饮用水卫生标准》或农村实施准则"),
                ("convenience", "取水往返安全10分钟以内、基本安全20分钟以内"),
                ("guarantee", "安全95%以上、基本安全90%以上"),
            ),
        ),
        WaterCriteria(
            "criteria_2018",
            "《农村饮水安全评价准则》",
            {},
            ("评价准则",),
            items=(
                ("quantity", "每人每天丰水地区35升以上、缺水地区20升以上"),
                ("quality", "县级或有资质的实验室检测报告；分散供水可望、闻、问、尝"),
                ("convenience", "供水入户，或一次取水20分钟以内、水平800米以内、垂直80米以内"),
                ("guarantee", "一年停水或缺水不超过36天"),
            ),
        ),
        WaterCriteria(
            "reading_2024",
            "2024年地方解读口径",
            {},
            ("2024年口径",),
            items=(
                ("quantity", "每人每天35升以上，困难地区20升以上"),
                ("quality", "无肉眼可见杂质，无异色异味，长期饮用无不良反应"),
                ("convenience", "取水往返20分钟以内，或水平1公里以内、垂直100米以内"),
                ("guarantee", "集中供水90%以上；分散供水连续干旱70–100天不断水"),
            ),
        ),
    ],
)
