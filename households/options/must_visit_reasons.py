"""必访原因: which households a round must reach in person (practice.md, Monitoring; the list is (from memory))."""

from poverty.fields.options import Option, Options

MUST_VISIT_REASONS = Options(
    "must_visit_reasons",
    [
        Option("monitored", "监测对象"),
        Option("open_clue", "有待核实线索"),
        Option("low_income", "人均纯收入低于监测范围"),
        Option("lacks_guarantee", "三保障或饮水未达标"),
        Option("allowance", "低保或特困"),
    ],
)
