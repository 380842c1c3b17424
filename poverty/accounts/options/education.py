"""学历 of a helper, AAK036 (forms.md 3.1). Not the list of household members."""

from poverty.fields.options import Option, Options

EDUCATION_DEGREES = Options(
    "education_degrees",
    [
        Option("postgraduate", "研究生及以上", {"national": "10"}, ("研究生",)),
        Option("doctor", "博士研究生", {"national": "11"}, ("博士",)),
        Option("master", "硕士研究生", {"national": "14"}, ("硕士",)),
        Option("bachelor", "大学本科", {"national": "20"}, ("本科",)),
        Option("junior_college", "大学专科", {"national": "30"}, ("大专", "专科")),
        Option("secondary_vocational", "中专技校", {"national": "40"}),
        Option("secondary_technical", "中等专科", {"national": "41"}, ("中专",)),
        Option("vocational_high", "职业高中", {"national": "44"}, ("职高",)),
        Option("technical_school", "技工学校", {"national": "47"}, ("技校",)),
        Option("high_school", "普通高中", {"national": "60"}, ("高中",)),
        Option("junior_middle", "初中", {"national": "70"}),
        Option("primary", "小学", {"national": "80"}),
        Option("other", "其他", {"national": "90"}, ("其它",)),
    ],
)
