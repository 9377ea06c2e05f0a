"""Names of things that others point at, and local dates. Pure."""

from __future__ import annotations

from datetime import date
from typing import NewType

LocalDate = date  # a day in the newsletter's zone; an alias, since fields are called ``date`` too
SourceKey = NewType("SourceKey", str)  # the name of a source in config/sources.toml
ArticleId = NewType("ArticleId", str)  # digest of an immutable version of an article
IssueId = NewType("IssueId", int)
SubscriberId = NewType("SubscriberId", int)
DeliveryId = NewType("DeliveryId", int)
ContentHash = NewType("ContentHash", str)  # sha-256, hex, of an issue's frozen content
