"""Recording visits, attaching their photos, deciding what they left open."""
