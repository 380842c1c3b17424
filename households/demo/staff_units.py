"""Who helps in the demo county: the units by name. They are offices that a district has; their people are invented.

The 52 units that answer for households (包保单位) are those of kind helping_unit; offices that hold another place
in the procedure (bureaus with an indicator, finance, audit, the poverty office, townships) stand beside them.
"""

# 52 (seed-facts.md F4)
HELPING_UNITS = (
    "区委办公室",
    "区人大常委会办公室",
    "区政府办公室",
    "区政协办公室",
    "区纪委监委机关",
    "区委组织部",
    "区委宣传部",
    "区委统战部",
    "区委政法委",
    "区委编办",
    "区直机关工委",
    "区委老干部局",
    "区信访局",
    "区总工会",
    "团区委",
    "区妇联",
    "区科协",
    "区工商联",
    "区红十字会",
    "区人民法院",
    "区人民检察院",
    "区公安分局",
    "区司法局",
    "区发展和改革局",
    "区工业和信息化局",
    "区国土资源分局",
    "区环境保护分局",
    "区农业局",
    "区林业局",
    "区商务局",
    "区统计局",
    "区安全生产监督管理局",
    "区市场监督管理局",
    "区畜牧业管理局",
    "区招商局",
    "区档案局",
    "区委党校",
    "区供销合作社",
    "区税务局",
    "区城市管理执法局",
    "区民族宗教局",
    "区旅游局",
    "区人民武装部",
    "区地方志办公室",
    "区机关事务管理局",
    "区政务服务中心",
    "区房产管理局",
    "区园林管理处",
    "区环境卫生管理处",
    "区粮食局",
    "区农机管理站",
    "区社会保险事业管理局",
)
# Name and sector: they confirm their own indicator.
BUREAUS = (
    ("区教育局", "education"),
    ("区医疗保险管理局", "medical_insurance"),
    ("区住房和城乡建设局", "housing"),
    ("区水利局", "water"),
    ("区民政局", "civil_affairs"),
    ("区交通运输局", "transport"),
    ("区供电公司", "power"),
    ("区文化广电新闻出版局", "broadcasting"),
)
POVERTY_OFFICE = "区扶贫开发办公室"
FINANCE_OFFICE = "区财政局"
AUDIT_OFFICE = "区审计局"
INSPECTION_OFFICE = "区脱贫攻坚督查组"
GOVERNMENT = "区人民政府"
INFORMATION_OFFICE = "区信息中心"
# By the code of the township.
TOWNSHIPS = (
    ("220503100", "鸭园镇人民政府"),
    ("220503101", "铁厂镇人民政府"),
    ("220503102", "五道江镇人民政府"),
    ("220503200", "二道江乡人民政府"),
)
