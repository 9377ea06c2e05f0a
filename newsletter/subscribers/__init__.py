"""Subscribers: joining, leaving, and proof of it."""
