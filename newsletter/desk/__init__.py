"""The preview studio: one local page that shows an issue as every client will, and lets an editor act."""
