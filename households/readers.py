"""Who works with what changes the register: applications, entries, exits and changes are read by these."""

# Whoever holds one of these reads such cases, where he holds it.
READERS = ("register.propose", "register.confirm", "register.decide", "run.view")
