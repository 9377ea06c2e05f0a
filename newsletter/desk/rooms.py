"""The rooms of the desk, in the order of the navigation. Pure."""

from __future__ import annotations

from newsletter.desk.room import Room

ROOMS: tuple[Room, ...] = (
    Room(path="", title="Today", module="newsletter.desk.today"),
    Room(path="issues", title="Issues", module="newsletter.desk.issues"),
)
