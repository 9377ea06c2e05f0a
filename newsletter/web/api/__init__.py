"""``/api/v1``: what other programs may do, with a token of limited scope. I/O (database behind every route)."""
