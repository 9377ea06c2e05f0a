"""From an issue or a notice to what a mail shows: subject, preheader, HTML and text."""
