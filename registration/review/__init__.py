"""Reception: the policy of approval, decisions, and what the admin shows of a registration."""
