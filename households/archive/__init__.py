"""户有证、村有册、乡有簿、县有电子档案: what stands on a household's card and in its electronic file."""
