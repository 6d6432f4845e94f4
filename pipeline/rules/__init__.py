"""Rules: predicates of a small algebra, and the families by which profiles name them."""
