"""The register, the yearly facts, eligibility."""
