from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.web_factories import Site, make_site, publish


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def make(**options: Any) -> Site:
        folder = tmp_path / str(len(sites))
        folder.mkdir()
        sites.append(make_site(folder, **options))
        return sites[-1]

    yield make
    for site in sites:
        site.stack.close()
        site.register.store.close()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with one issue, for those tests of a module that only look at it."""
    site = make_site(tmp_path_factory.mktemp("site"))
    publish(site)
    yield site
    site.stack.close()
    site.register.store.close()


@pytest.fixture
def site(build: Callable[..., Site]) -> Site:
    return build()
