"""PostgreSQL helpers without models: constraints, triggers, prefix ranges."""
