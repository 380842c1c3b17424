"""致贫原因 (AAC007 main, AAC008 others) and 返贫原因 (forms.md 1.2).

Codes 1 to 13 are confirmed; 99 其他 is (from memory). Other systems number the list differently
(the 2014 form has 其它 as 12), so imports go by label.
"""

from poverty.fields.options import Option, Options

CAUSES = Options(
    "causes",
    [
        Option("illness", "因病", {"national": "1"}),
        Option("disability", "因残", {"national": "2"}),
        Option("schooling", "因学", {"national": "3"}),
        Option("disaster", "因灾", {"national": "4"}, ("因自然灾害",)),
        Option("land", "缺土地", {"national": "5"}),
        Option("water", "缺水", {"national": "6"}),
        Option("skill", "缺技术", {"national": "7"}),
        Option("labour", "缺劳力", {"national": "8"}, ("缺劳动力",)),
        Option("capital", "缺资金", {"national": "9"}),
        Option("transport", "交通条件落后", {"national": "10"}),
        Option("motivation", "自身发展动力不足", {"national": "11"}, ("自身发展力不足",)),
        Option("marriage", "因婚", {"national": "12"}),
        Option("funeral", "因丧", {"national": "13"}),
        Option("other", "其他", {"national": "99"}, ("其它",)),
    ],
)
