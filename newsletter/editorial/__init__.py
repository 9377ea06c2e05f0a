"""Articles into an issue: group, rank, summarize, compose. Decisions only; llm.py alone is I/O."""
