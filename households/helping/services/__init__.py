"""Responsibility documents, agreements of many households at once, training of cadres."""
