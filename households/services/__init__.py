"""What can be done with the register: one function per verb, one transaction, one audit entry."""
