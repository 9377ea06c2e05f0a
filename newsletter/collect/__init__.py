"""Collect: fetch ─▶ decode ─▶ parse ─▶ decide what is new. ``Source`` ─▶ ``Entry``."""
