"""工作步骤: a method with ordered steps that a county defines (seed-facts.md A15 names 七步法 and not its steps), and which
household stands at which step. No step comes with the system, and no verdict reads any of it.
"""
