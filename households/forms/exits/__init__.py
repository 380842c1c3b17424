"""Forms of household exit: what a signed sheet says is typed once for a whole list."""
