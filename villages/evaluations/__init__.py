"""日常考评: how resident teams and their members were assessed, by period, beside what was recorded of them."""
