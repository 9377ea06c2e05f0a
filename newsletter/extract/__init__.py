"""Documents to clean, repaired text: HTML pages and plain text alike. Pure."""
