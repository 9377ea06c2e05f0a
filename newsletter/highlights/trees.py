"""The trees and weights that ship with this package. Pure."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from newsletter.trees import Row, Trees

__all__ = ["Row", "Trees", "load_trees", "read_weights"]


def read_weights(name: str) -> dict[str, Any]:
    """The weights that ship in the package's file ``name``."""
    data: dict[str, Any] = json.loads(files("newsletter.highlights").joinpath(name).read_text("utf-8"))
    return data


def load_trees(name: str) -> Trees:
    """The trees that ship in the package's file ``name``."""
    data = read_weights(name)
    return Trees(start=data["start"], trees=data["trees"])
