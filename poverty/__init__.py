"""Project package: settings, wiring, and the small shared apps."""
