"""识别标准, AAC005 (forms.md 1.1). The codes 0, 1, 2 are of one county platform."""

from poverty.fields.options import Option, Options

IDENTIFICATION_STANDARDS = Options(
    "identification_standards",
    [
        Option("national", "国家标准", {"county_platform": "0"}, ("国标",)),
        Option("provincial", "省定标准", {"county_platform": "1"}, ("省标",)),
        Option("municipal", "市定标准", {"county_platform": "2"}, ("市标",)),
    ],
)
