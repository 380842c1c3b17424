"""What a household asks for (诉求); groups as cadres write them into visit records (from memory)."""

from poverty.fields.options import Option, Options

NEED_KINDS = Options(
    "need_kinds",
    [
        Option("industry", "发展产业", {}, ("产业", "种植", "养殖")),
        Option("employment", "务工就业", {}, ("就业", "务工")),
        Option("training", "技能培训", {}, ("培训",)),
        Option("loan", "小额信贷", {}, ("贷款", "资金")),
        Option("housing", "住房", {}, ("危房改造",)),
        Option("water", "饮水", {}, ("吃水",)),
        Option("education", "上学", {}, ("教育", "助学")),
        Option("medical", "看病", {}, ("医疗", "健康")),
        Option("allowance", "低保、特困、救助", {}, ("低保", "特困", "临时救助")),
        Option("disability", "残疾人服务", {}, ("残疾证", "辅具")),
        Option("pension", "养老", {}, ("养老保险",)),
        Option("infrastructure", "道路、用电、广播电视", {}, ("道路", "用电", "广播电视")),
        Option("sales", "农产品销售", {}, ("卖难", "电商")),
        Option("policy", "政策咨询", {}, ("咨询",)),
        Option("dispute", "纠纷、信访", {}, ("纠纷", "信访")),
        Option("other", "其他"),
    ],
)
