"""The API's routes. I/O (database behind every route).

An application of its own below the public one, so that its faults are answered as problems (RFC 9457) and not as
pages. ``gate`` stands before it: without a good token every path gives the same answer.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from newsletter import __version__
from newsletter.errors import StoreError
from newsletter.logs import get_log
from newsletter.model import DAILY, By, EditionKey, IssueKey, Subscriber, SubscriberId, SubscriberStatus, Via
from newsletter.store import subscribers as rows
from newsletter.store.api_tokens import TokenRecord
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import IssueRecord, find_record, list_issues
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, AddressFault, clean_name, parse_address
from newsletter.subscribers.consent import Occasion
from newsletter.subscribers.consent_rules import Refusal
from newsletter.subscribers.networks import shorten_network
from newsletter.subscribers.signup import Verdict, sign_up
from newsletter.web.api import access
from newsletter.web.api.gate import DESCRIPTION, IN_A_MINUTE, PROBLEM, Gate, answer_problem, needs
from newsletter.web.api.shapes import (
    LARGEST_ID,
    MOST,
    Asked,
    Issues,
    ListedIssue,
    NewReader,
    Problem,
    Reader,
    Readers,
    SentIssue,
    Wanted,
)
from newsletter.web.services import WebServices

log = get_log("api")
PATH = "/api/v1"
_FIRST_MAIL = datetime(1971, 1, 1, tzinfo=UTC)
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "What went wrong",
        "content": {PROBLEM: {"schema": Problem.model_json_schema()}},
    }
}

EditionQuery = Annotated[str, Query(pattern=r"^[a-z0-9-]{1,64}$", description="Which edition.")]
OneEdition = Annotated[str, Query(pattern=r"^[a-z0-9-]{0,64}$", description="Of this edition alone.")]


def build_api(services: WebServices) -> ASGIApp:
    """Return the API, to be mounted at ``PATH``."""
    return Gate(_build_app(services), services)


def describe_api(services: WebServices) -> dict[str, Any]:
    """Return the API's own description (OpenAPI 3.1)."""
    return _build_app(services).openapi()


def _build_app(services: WebServices) -> FastAPI:
    identity = services.settings.newsletter
    app = FastAPI(
        title=f"{identity.name}: API",
        summary="Readers and issues for other programs.",
        version=__version__,
        openapi_url=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        root_path_in_servers=False,
        servers=[{"url": f"{identity.base_url}{PATH}"}],
        redirect_slashes=False,
        responses=_PROBLEMS,
    )
    _add_subscribers(app, services)
    _add_issues(app, services)
    _add_faults(app)
    return app


# ── subscribers ──────────────────────────────────────────────────────────────────────────────────


def _add_subscribers(app: FastAPI, services: WebServices) -> None:
    @app.post(
        "/subscribers", status_code=202, responses={201: {"model": Reader, "description": "Subscribed"}}
    )
    def add_subscriber(
        new: NewReader, response: Response, token: Annotated[TokenRecord, needs(access.Scope.ADD)]
    ) -> Asked | Reader:
        """Add somebody: they get a mail with a link to confirm, and are pending until they press it.

        The answer and its time are the same whether the address is known or not. The form's limits hold for each
        address and domain, too. With `consent` and the scope `operator` they are subscribed at once; whoever left
        or is suppressed is not (409).
        """
        address = _parse(new.address)
        if new.consent is None:
            _ask(services, address, new, token)
            return Asked()
        if access.Scope.OPERATOR not in token.scopes:
            raise HTTPException(403, "Evidence of consent is taken with the scope operator alone.")
        response.status_code = 201
        return _add_with_evidence(services, address, new, token)

    @app.post("/subscribers/find")
    def find_subscribers(wanted: Wanted, _: Annotated[TokenRecord, needs(access.Scope.READ)]) -> Readers:
        """Find subscribers by address, by a part of address or name, by status; by id, a page at a time."""
        return _find(services, wanted)

    @app.get("/subscribers/{id}")
    def show_subscriber(
        number: Annotated[int, Path(alias="id", ge=1, le=LARGEST_ID)],
        _: Annotated[TokenRecord, needs(access.Scope.READ)],
    ) -> Reader:
        """Say how one stands."""
        found = services.find_subscriber(SubscriberId(number))
        if found is None:
            raise HTTPException(404, "There is no such subscriber.")
        return _show(services, found)

    @app.delete("/subscribers/{id}")
    def remove_subscriber(
        number: Annotated[int, Path(alias="id", ge=1, le=LARGEST_ID)],
        token: Annotated[TokenRecord, needs(access.Scope.REMOVE)],
        edition: OneEdition = "",
    ) -> Reader:
        """Unsubscribe somebody, of all or of one `edition` where others are kept.

        It counts for the very next message, and doing it again changes nothing.
        """
        occasion = _occasion(services, token, detail=f"token {token.name}")
        done = _leave(services, number, occasion, edition)
        if done is None:
            raise HTTPException(404, "There is no such subscriber.")
        return _show(services, done)


def _leave(services: WebServices, number: int, occasion: Occasion, edition: str) -> Subscriber | None:
    """Unsubscribe somebody of an edition that they get, or of all; None where there is nobody."""
    found, named = services.find_subscriber(SubscriberId(number)), EditionKey(edition) if edition else None
    if found and found.status is SubscriberStatus.ACTIVE and named and named not in found.editions():
        return found  # who does not get it keeps what they get
    done = consent.unsubscribe(services.register, SubscriberId(number), occasion, edition=named)
    return services.find_subscriber(SubscriberId(number)) if isinstance(done, Refusal) else done


def _find(services: WebServices, wanted: Wanted) -> Readers:
    if wanted.address:
        found, _ = consent.look_up(services.register, _parse(wanted.address))
        is_it = found is not None and wanted.status in {None, found.status} and found.id > wanted.after
        return Readers(subscribers=[_show(services, found)] if found and is_it else [], after=None)
    with services.store.read() as connection:
        listed = rows.list_subscribers(
            connection,
            status=wanted.status,
            search=clean_name(wanted.search, limit=200) or "",
            after=SubscriberId(wanted.after),
            limit=wanted.limit,
        )
    last = listed[-1].id if len(listed) == wanted.limit else None
    return Readers(subscribers=[_show(services, one) for one in listed], after=last)


def _parse(text: str) -> Address:
    address = parse_address(text)
    if isinstance(address, AddressFault):
        raise HTTPException(422, f"{address.reason}.")
    return address


def _read_editions(services: WebServices, new: NewReader) -> tuple[EditionKey, ...]:
    """Return the editions that are asked for, each once."""
    known = services.settings.edition_keys
    for key in new.editions:
        if key not in known:
            raise HTTPException(422, f"There is no edition {key[:64]!r}. There are: {', '.join(known)}.")
    return tuple(edition for edition in known if edition in new.editions)


def _occasion(
    services: WebServices, token: TokenRecord, detail: str | None = None, *, network: str | None = None
) -> Occasion:
    by = By(name=token.name, via=Via.API)
    return Occasion(at=services.now(), source="api", network=network, detail=detail, by=by)


def _ask(services: WebServices, address: Address, new: NewReader, token: TokenRecord) -> None:
    """Ask for consent within the form's caps but that of a network: the token has limits of its own."""
    web = services.settings.web
    caps = web.model_copy(update={"signups_per_network_hour": web.signups_total_hour * 24})
    occasion = _occasion(services, token, network=f"token {token.name}")
    editions = _read_editions(services, new)
    verdict = sign_up(services.register, address, occasion, caps, name=new.name or None, editions=editions)
    if verdict is Verdict.BUSY:
        raise HTTPException(429, "Too many wait to be asked already.", {"retry-after": "3600"})


def _add_with_evidence(services: WebServices, address: Address, new: NewReader, token: TokenRecord) -> Reader:
    assert new.consent is not None, "the caller looked"
    network = shorten_network(new.consent.ip)
    if not _FIRST_MAIL < new.consent.given <= services.now():
        raise HTTPException(422, "consent.given is in the future, or before there was mail.")
    if new.consent.ip and network is None:
        raise HTTPException(422, "consent.ip is no IP address.")
    given = new.consent.given.isoformat(timespec="seconds")
    detail = f"token {token.name}: consent given {given}, {new.consent.how}"
    done = consent.add(
        services.register,
        address,
        _occasion(services, token, network=network, detail=detail),
        name=new.name or None,
        confirmed=new.consent.given,
        editions=_read_editions(services, new),
    )
    if isinstance(done, Refusal):
        raise HTTPException(409, f"{address.shown}: {done.value}.")
    return _show(services, done)


def _show(services: WebServices, one: Subscriber) -> Reader:
    own = {name: getattr(one, name) for name in Reader.model_fields if "editions" not in name}
    paused = {f"{edition}": until for edition, until in one.pauses(services.today).items()}
    return Reader(**own, editions=list(one.editions()), paused_editions=paused)


# ── issues ───────────────────────────────────────────────────────────────────────────────────────


def _add_issues(app: FastAPI, services: WebServices) -> None:
    @app.get("/issues")
    def show_issues(
        _: Annotated[TokenRecord, needs(access.Scope.ISSUES)],
        before: Annotated[date | None, Query(description="Only older ones.")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 30,
    ) -> Issues:
        """List issues, and days without one, the newest first."""
        listed = list_issues(services.store, before=before, limit=limit)
        return Issues(issues=[ListedIssue(**_describe(record)) for record in listed])

    @app.get("/issues/{date}")
    def show_issue(
        day: Annotated[date, Path(alias="date")],
        _: Annotated[TokenRecord, needs(access.Scope.ISSUES)],
        edition: EditionQuery = DAILY,
    ) -> SentIssue:
        """Show the issue of a date and how far it is sent: every reader of it stands in one state."""
        record = find_record(services.store, IssueKey(edition=EditionKey(edition), date=day))
        if record is None:
            raise HTTPException(404, "There is no such issue.")
        counts = count_deliveries(services.store, record.id)
        return SentIssue(**_describe(record), deliveries=dict(counts))


def _describe(record: IssueRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in ListedIssue.model_fields}


# ── faults ───────────────────────────────────────────────────────────────────────────────────────


def _add_faults(app: FastAPI) -> None:
    @app.exception_handler(HTTPException)
    def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer_problem(error.status_code, error.detail, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def misread(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        told = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()]
        return answer_problem(422, "The request is not as described.", errors=told)

    @app.exception_handler(StoreError)
    def unavailable(_: Request, error: Exception) -> Response:
        log.error("the database is not available", error=str(error))
        return answer_problem(503, "The database is not available.", IN_A_MINUTE)

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        del request, error  # the public application logs it
        return answer_problem(500, "That is our fault, and it is written down.")
