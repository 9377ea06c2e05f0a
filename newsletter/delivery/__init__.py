"""Delivery: a frozen issue to each subscriber's relay answer, and what comes back."""
