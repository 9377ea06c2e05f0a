"""A day's work: gather, compose, edit, plan, and what comes back. I/O."""
