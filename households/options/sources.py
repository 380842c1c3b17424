"""信息来源: where a fact was learnt (architecture 6). The labels are ours."""

from poverty.fields.options import Option, Options

ENTERED = "entered"
VISIT = "visit"
IMPORTED = "imported"
BUREAU = "bureau"
CARRIED_OVER = "carried_over"
ADOPTED = "adopted"

SOURCES = Options(
    "sources",
    [
        Option(ENTERED, "页面录入", {}, ("录入",)),
        Option(VISIT, "入户采集", {}, ("入户",)),
        Option(IMPORTED, "表格导入", {}, ("导入",)),
        Option(BUREAU, "部门数据", {}, ("部门比对",)),
        Option(CARRIED_OVER, "沿用上年"),
        Option(ADOPTED, "国家系统带入", {}, ("带入",)),
    ],
)
