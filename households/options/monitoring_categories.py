"""监测对象类别 (standards.md 9.1, forms.md 5). 脱贫监测户 and 边缘户 are the words of 2020."""

from poverty.fields.options import Option, Options

MONITORING_CATEGORIES = Options(
    "monitoring_categories",
    [
        Option("unstable_exited", "脱贫不稳定户", {}, ("脱贫不稳定", "脱贫监测户")),
        Option("edge", "边缘易致贫户", {}, ("边缘易致贫", "边缘户")),
        Option("sudden_hardship", "突发严重困难户", {}, ("突发严重困难", "突发困难户")),
    ],
)
