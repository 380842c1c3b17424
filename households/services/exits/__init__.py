"""What people do in a household exit, verb by verb, in the order of the procedure (households.exits.workflow)."""
