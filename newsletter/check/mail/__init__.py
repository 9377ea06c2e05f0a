"""Checks of a mail before it leaves: functions over its raw bytes, each finding in plain words."""
