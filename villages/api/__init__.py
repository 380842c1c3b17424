"""Villages for programs: the same scope, rights and rules as the pages."""
