"""What this app tells those above it in the import order, once, when everything is loaded."""

from poverty.areas import bearers
from poverty.audit import actions, field_words, naming
from poverty.parameters.bearers import ParameterBearer
from poverty.parameters.definitions import DEFINITIONS

bearers.register(ParameterBearer())
naming.register_case_type("parameters.parameter", "地方参数")
actions.register({"parameter.set": "录入地方参数", "parameter.load_reference": "载入随系统提供的参数"})
field_words.register(
    "parameter.set", {"document": "依据", **{code: one.label for code, one in DEFINITIONS.items()}}
)
