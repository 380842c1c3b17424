"""包扶制: village and township cadres answer for the households that move (搬迁户; seed-facts.md F16).

Beside the pairing of helpers, not a kind of it: a pairing shows the helper his household, counts in 一对一, and makes
visits due; a cadre who answers for a move gains nothing of that, and a household may have both.
"""
