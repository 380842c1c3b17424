"""Forms of the register: what is typed, parsed and asked about. Rules are in the services."""
