"""What this app tells those above it in the import order, once, when everything is loaded."""

from poverty.areas import bearers

bearers.exempt("review.step", "area_code", "a step belongs to the place as it was on the day")
# The rows of a list that is being fired: a temporary table that ends with the transaction.
bearers.exempt("review.batchrow", "area_code", "exists only inside one transaction")
