"""What 四个好 tells the apps above: words for the log, which places."""

from households.demo import chapters
from households.goods.demo import tell_of_goods
from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type

register_case_type("households.goodstemplate", "四个好项目")
register_actions({"households.goods.items": "规定四个好项目", "households.goods.enter": "登记四个好"})
bearers.exempt("households.goodstemplate", "area_code", "四个好项目属于发文的区划，撤并后另行规定")

chapters.register(tell_of_goods)
