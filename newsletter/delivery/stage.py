"""The stage command of this package: ``newsletter stage bounce``. I/O (reads the named file)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from newsletter.delivery.read_report import read_report
from newsletter.model import BounceKind


def stage_bounce(line: dict[str, Any]) -> dict[str, Any]:
    """Return what the raw message at ``path`` says.

    ``recipients`` are addresses; ``details`` holds kind, status, reason, whether it is suppressed, and why a second
    report is waited for, of each of them. Raises KeyError without ``path`` and ValueError where the file cannot be
    read.
    """
    path = Path(str(line["path"]))
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}") from error
    report = read_report(raw)
    details = [
        {
            "recipient": item.address,
            "kind": item.kind.value,
            "status": item.status,
            "reason": item.reason.value,
            "suppress": item.suppresses,
            "doubt": item.doubt,
        }
        for item in report.failed
    ]
    first = next((item for item in details if item["kind"] == report.kind.value), None)
    is_complaint = report.kind is BounceKind.COMPLAINT
    return {
        "kind": report.kind.value,
        "recipients": [*filter(None, report.complained), *(item["recipient"] for item in details)],
        "status": first["status"] if first else None,
        "reason": "complaint" if is_complaint else first["reason"] if first else "",
        "suppress": is_complaint or any(item["suppress"] for item in details),
        "details": details,
    }
