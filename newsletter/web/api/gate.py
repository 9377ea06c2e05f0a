"""What stands before every route of the API: a good token, its scope, its limits. I/O (database)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends, Security
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.errors import StoreError
from newsletter.logs import get_log
from newsletter.store.api_tokens import TokenRecord
from newsletter.web.api import access
from newsletter.web.api.shapes import Problem
from newsletter.web.forms import client_network
from newsletter.web.rate_limit import RateLimit
from newsletter.web.services import WebServices

log = get_log("api")
DESCRIPTION = "/openapi.json"  # which anybody may read
REQUESTS_A_MINUTE = 300  # by one token
TRIES_A_MINUTE = 30  # without a good one, by one network
PROBLEM = "application/problem+json"
IN_A_MINUTE = {"retry-after": "60"}
_BEARER = HTTPBearer(auto_error=False, description="A token of `newsletter tokens add`.")


class Gate:
    """What stands before every path but the description: a good token, and not too often."""

    def __init__(self, app: ASGIApp, services: WebServices) -> None:
        self.app = app
        self.services = services
        self.requests = RateLimit(REQUESTS_A_MINUTE)
        self.tries = RateLimit(TRIES_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with the token's record, or refuse."""
        below = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and below != DESCRIPTION:
            refusal = await run_sync(self._admit, Request(scope), scope)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _admit(self, request: Request, scope: Scope) -> Response | None:
        now = self.services.now()
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            record = (
                access.check_token(self.services.store, given.strip(), now)
                if kind.lower() == "bearer"
                else None
            )
        except StoreError as error:
            log.error("the database is not available", error=str(error))  # noqa: TRY400 - its words say it all
            return answer_problem(503, "The database is not available.", IN_A_MINUTE)
        if record is None:
            if not self.tries.allows(client_network(request) or "unknown", now):
                return answer_problem(429, "Too many requests without a good token.", IN_A_MINUTE)
            return answer_problem(401, "A good token is needed.", {"www-authenticate": "Bearer"})
        if not self.requests.allows(record.name, now):
            return answer_problem(429, f"More than {REQUESTS_A_MINUTE} requests a minute.", IN_A_MINUTE)
        scope.setdefault("state", {})["token"] = record
        return None


def needs(wanted: access.Scope) -> Any:
    """Let only tokens of that scope in, and give the token's record."""

    def check(request: Request, _: Annotated[object, Depends(_BEARER)]) -> TokenRecord:
        record: TokenRecord = request.state.token
        if not access.may(record, wanted):
            raise HTTPException(403, f"This token has not the scope {wanted}.")
        return record

    return Security(check, scopes=[wanted.value])


def answer_problem(
    status: int, detail: str, headers: dict[str, str] | None = None, *, errors: list[str] | None = None
) -> Response:
    """Answer with a problem (RFC 9457)."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors or [])
    return JSONResponse(
        problem.model_dump(exclude={"errors"} if not errors else None),
        status_code=status,
        media_type=PROBLEM,
        headers={"cache-control": "no-store", **(headers or {})},
    )
