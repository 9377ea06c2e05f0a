"""Sending whatever is due, and no more."""

from __future__ import annotations

import asyncio

from newsletter.delivery.send import SendReport
from newsletter.delivery.send_waiting import send_waiting
from newsletter.wiring import Installation


async def send_all(app: Installation, patience: float | None = 1) -> SendReport:
    """Send all that is due; a relay that is down is waited for so many seconds."""
    return await send_waiting(app.sending, stop=asyncio.Event(), until_idle=True, patience=patience)
