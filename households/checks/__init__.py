"""Data-quality checks (数据检查, forms.md 8): one module per subject with its rules, and what runs them.

A rule says nothing about a household; it selects the rows that somebody should look at. Facts that nobody
entered never make a finding unless the rule is that they are missing.
"""
