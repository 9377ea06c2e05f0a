"""The preflight before a send: the message, its sender and the ledger looked at together."""
