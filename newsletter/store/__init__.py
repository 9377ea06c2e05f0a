"""The one ledger under all of it: SQLite, or PostgreSQL. The only SQL of the program is in here."""
