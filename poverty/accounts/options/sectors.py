"""Sectors of the bureaus (行业部门) whose facts an indicator rests on. Wording (from memory)."""

from poverty.fields.options import Option, Options

SECTORS = Options(
    "sectors",
    [
        Option("education", "教育", {}, ("教育局", "教育部门")),
        Option("medical_insurance", "医保", {}, ("医保局", "医疗保障")),
        Option("health", "卫健", {}, ("卫健局", "卫生健康", "卫计")),
        Option("housing", "住建", {}, ("住建局", "住房城乡建设")),
        Option("water", "水利", {}, ("水利局", "水务局")),
        Option("civil_affairs", "民政", {}, ("民政局",)),
        Option("disabled_federation", "残联", {}, ("残疾人联合会",)),
        Option("human_resources", "人社", {}, ("人社局", "人力资源社会保障")),
        Option("transport", "交通", {}, ("交通局", "交通运输")),
        Option("power", "电力", {}, ("供电公司", "供电")),
        Option("broadcasting", "广电", {}, ("文广旅局", "广播电视")),
        Option("finance", "财政", {}, ("财政局",)),
        Option("culture", "文化", {}, ("文化局", "文体局")),
        Option("telecom", "通信", {}, ("工信局", "通信管理", "电信")),
        Option("agriculture", "农业农村", {}, ("农业局", "农业农村局")),
        Option("organization", "组织", {}, ("组织部", "县委组织部")),
        Option("forestry", "林业", {}, ("林业局", "林业和草原局")),
        Option("poverty_office", "扶贫", {}, ("扶贫办", "乡村振兴局")),
    ],
)
