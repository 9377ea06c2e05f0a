"""Stories into an issue: composed, put in order, revised. Pure."""
