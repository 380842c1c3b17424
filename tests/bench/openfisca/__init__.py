"""The same judgement through OpenFisca-core, in an environment of its own (requirements-bench.lock)."""
