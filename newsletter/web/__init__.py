"""The public pages: joining, leaving, the archive."""
