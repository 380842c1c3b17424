"""Project package: settings, wiring, and the small shared apps.

Empty on purpose: poverty.local starts before anything is installed.
"""
