"""Option lists of the household and member forms: one module per list (forms.md 1, 2 and 5).

A list is a constant named after what it lists: `households.options.causes.CAUSES`. Modules with
several lists that belong together name them in their docstring. Code systems: "national" is
全国扶贫开发信息系统 (2014-2020); "monitoring" the 2021 monitoring system; "county_platform" one county's.
"""
