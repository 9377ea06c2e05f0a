"""Articles into stories: on the subject or not, which tell one event, what is new, what comes first. Pure."""
