"""失学或辍学原因 (forms.md 2). 厌学, 其他 and a sickness or disability reason were seen; 因贫, 因病 and
因残 as separate values are (from memory).
"""

from poverty.fields.options import Option, Options

DROPOUT_REASONS = Options(
    "dropout_reasons",
    [
        Option("weary", "厌学", {}, ("因厌学",)),
        Option("illness", "因病", {}, ("因病休学", "因身体原因")),
        Option("disability", "因残"),
        Option("illness_or_disability", "因病因残", {}, ("因病或因残", "残疾或疾病")),
        Option("poverty", "因贫", {}, ("因贫困",)),
        Option("other", "其他", {}, ("其它",)),
    ],
)
