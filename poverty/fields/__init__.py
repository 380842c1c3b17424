"""Field helpers without models: personal data, identity numbers, option lists, pinyin."""
