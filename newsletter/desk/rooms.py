"""The rooms of the desk, in the order of the navigation. Pure."""

from __future__ import annotations

from newsletter.desk.room import Role, Room

ROOMS: tuple[Room, ...] = (
    Room(path="", title="Today", module="newsletter.desk.today"),
    Room(path="issues", title="Issues", module="newsletter.desk.issues"),
    Room(path="readers", title="Readers", module="newsletter.desk.readers", role=Role.OPERATOR),
    Room(path="sources", title="Sources", module="newsletter.desk.sources"),
    Room(path="sending", title="Sending", module="newsletter.desk.sending", role=Role.OPERATOR),
    Room(path="status", title="State", module="newsletter.desk.state", role=Role.OPERATOR),
)
