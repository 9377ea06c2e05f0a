"""Who comes in: locally whoever has the address that the command printed. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from newsletter.desk.room import Role, Visitor
from newsletter.model import By, Via


class Entrance(Protocol):
    """What stands before every page of the desk."""

    mount: str  # the path below which the desk answers, "" or with a slash before it and parts in {braces}
    is_https: bool

    def base(self, request: Request) -> str:
        """Return that path as the browser sees it."""

    def admit(self, request: Request) -> Visitor | Response:
        """Return who it is, or what to answer in place of the page."""

    def routes(self) -> Sequence[BaseRoute]:
        """Return the pages that stand before the door."""


class LocalEntrance:
    """The token of this start stands in every address, so no other page knows one."""

    mount = "/{token}"
    is_https = False

    def __init__(self, token: str) -> None:
        self._token = token
        self._visitor = Visitor(by=By(via=Via.DESK), role=Role.OPERATOR, csrf=token)

    def base(self, request: Request) -> str:
        """Return the path with the token that was given."""
        return f"/{request.path_params['token']}"

    def admit(self, request: Request) -> Visitor | Response:
        """Let in whoever knows the token: an operator, at this machine."""
        if not hmac.compare_digest(request.path_params["token"].encode(), self._token.encode()):
            return PlainTextResponse("Open the address that the command printed.", status_code=403)
        return self._visitor

    def routes(self) -> Sequence[BaseRoute]:
        """Return no page: the address is enough."""
        return ()
