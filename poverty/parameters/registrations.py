"""What this app tells those above it in the import order, once, when everything is loaded."""

from poverty.areas import bearers
from poverty.audit import actions, naming
from poverty.parameters.bearers import ParameterBearer

bearers.register(ParameterBearer())
naming.register_case_type("parameters.parameter", "地方参数")
actions.register({"parameter.set": "录入地方参数", "parameter.load_reference": "载入随系统提供的参数"})
