"""What this app tells the apps above: its indicators, workflows and names."""

from households import workflow  # noqa: F401  registers the transition tables
from households.indicators import INDICATORS
from poverty.standards.indicators import register
from poverty.standards.subjects import Subject

register(Subject.HOUSEHOLD, [one.spec for one in INDICATORS.values()])
