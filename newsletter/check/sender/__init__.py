"""What a receiver finds out about the sender: DNS, relay, links, ledger."""
