"""电商带动: what a business (网店, 电商企业, 合作社) agreed to buy of one household at a protected price, and what it bought
(seed-facts.md A44). Agreements of enterprises with villages are another thing (villages/enterprises).
"""
