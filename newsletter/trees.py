"""Regression trees, trained elsewhere and shipped as data. Pure.

Source: J. H. Friedman, Greedy function approximation: a gradient boosting machine, 2001.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """For each answer where it starts, and its trees: one is a leaf or (feature, threshold, below, above)."""

    start: Mapping[str, float]
    trees: Mapping[str, Sequence[Any]]

    def ask(self, name: str, row: Row) -> float:
        """The answer ``name`` of all trees together."""
        total = 0.0
        for tree in self.trees[name]:
            while type(tree) is list:  # a million times an issue: nothing is called here
                feature, threshold, below, above = tree
                tree = below if row[feature] <= threshold else above  # noqa: PLW2901 - down to its leaf
            total += tree
        return self.start[name] + total
