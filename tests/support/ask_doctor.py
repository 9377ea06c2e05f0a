"""What ``newsletter doctor`` finds in an installation of a test. I/O."""

from __future__ import annotations

import asyncio

from newsletter.check.doctor import Examined, examine
from newsletter.wiring import Installation


def ask_doctor(app: Installation) -> dict[str, Examined]:
    """Return what is found of each part."""
    return {part.what: part for part in asyncio.run(examine(app.examining))}
