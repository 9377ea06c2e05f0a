"""The processes of ``newsletter serve``."""
