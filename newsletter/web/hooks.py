"""``/hooks/bounces/PROVIDER``: what mail providers tell of bounces and complaints. I/O (network, database).

Off until configured; what is not signed by the provider is refused, and tells nothing of why.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from newsletter.delivery.provider_notices import Provider, make_whole, read_notice
from newsletter.delivery.returned_mail import Intake, take_notice
from newsletter.errors import FetchError
from newsletter.http import HTTPClient
from newsletter.logs import get_log
from newsletter.web.hook_signatures import (
    is_certificate_url,
    is_fresh,
    is_of_amazon,
    is_signed_by_mailgun,
    is_signed_by_sns,
    knows_login,
)
from newsletter.web.pages import NotFound, Pages

log = get_log("web")
_DONE, _REFUSED = 200, 403
_MAX_TOKENS = 100_000  # of a day: older ones are refused by their time
_MAX_CERTIFICATES = 8


def build_hooks(pages: Pages) -> APIRouter:
    """Return the route ``/hooks/bounces/{provider}``."""
    router = APIRouter()
    hooks = _Hooks(pages)

    @router.post("/hooks/bounces/{provider}")
    async def take(provider: str, request: Request) -> Response:
        return await hooks.take(provider, request.headers, await request.body())

    return router


class _Hooks:
    """What the route does."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.services = pages.services
        self.settings = pages.services.settings.bounces
        self._certificates: dict[str, bytes] = {}
        self._used: dict[str, None] = {}  # Mailgun's tokens, which sign no word of the notice

    async def take(self, name: str, headers: Headers, body: bytes) -> Response:
        """Take one notice; 404 where its provider is not configured, 403 where it is not the provider's."""
        settings = self.settings
        takers = {
            Provider.SES: (settings.ses_topic, self._take_ses),
            Provider.POSTMARK: (settings.postmark_login.get_secret_value(), self._take_postmark),
            Provider.MAILGUN: (settings.mailgun_key.get_secret_value(), self._take_mailgun),
        }
        secret, taker = takers[Provider(name)] if name in set(Provider) else ("", None)
        if not secret or taker is None:
            raise NotFound
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return _refuse(name, "no JSON")
        if not isinstance(document, dict):
            return _refuse(name, "no object")
        return await taker(secret, document, headers, body)

    async def _take_ses(self, topic: str, document: dict[str, Any], _: Headers, body: bytes) -> Response:
        now = self.services.now()
        url = str(document.get("SigningCertURL", ""))
        if document.get("TopicArn") != topic or not is_certificate_url(url):
            return _refuse(Provider.SES, "another topic or host")
        try:
            if url not in self._certificates:
                if len(self._certificates) >= _MAX_CERTIFICATES:
                    self._certificates.clear()
                self._certificates[url] = await self._fetch_from_amazon(url)
        except FetchError as error:
            log.warning("the certificate of a webhook cannot be read", error=str(error))
            return PlainTextResponse("Try again.\n", status_code=503)
        if not is_signed_by_sns(document, self._certificates[url], now):
            return _refuse(Provider.SES, "signature")
        if not _is_recent(str(document.get("Timestamp")), now):
            return _refuse(Provider.SES, "too old")
        if document["Type"] == "SubscriptionConfirmation":
            return await self._confirm(str(document.get("SubscribeURL", "")))
        return await self._record(Provider.SES, body, str(document["MessageId"]))

    async def _confirm(self, url: str) -> Response:
        if not is_of_amazon(url):
            return _refuse(Provider.SES, "another host")
        try:
            await self._fetch_from_amazon(url)
        except FetchError as error:
            log.warning("a webhook cannot be confirmed", error=str(error))
            return PlainTextResponse("Try again.\n", status_code=503)
        log.info("webhook confirmed", provider=Provider.SES)
        return PlainTextResponse("Confirmed.\n")

    async def _take_postmark(
        self, login: str, document: dict[str, Any], headers: Headers, body: bytes
    ) -> Response:
        if not knows_login(headers.get("authorization", ""), login):
            return _refuse(Provider.POSTMARK, "login", 401)
        key = "-".join(str(document.get(name, "")) for name in ("RecordType", "ID", "MessageID", "Email"))
        return await self._record(Provider.POSTMARK, body, key)

    async def _take_mailgun(self, key: str, document: dict[str, Any], _: Headers, body: bytes) -> Response:
        signature = document.get("signature")
        if not isinstance(signature, dict) or not is_signed_by_mailgun(signature, key, self.services.now()):
            return _refuse(Provider.MAILGUN, "signature")
        token = str(signature["token"])
        if token in self._used:
            return PlainTextResponse("Taken before.\n")
        answer = await self._record(Provider.MAILGUN, body, token)
        if answer.status_code == _DONE:
            while len(self._used) >= _MAX_TOKENS:
                del self._used[next(iter(self._used))]
            self._used[token] = None
        return answer

    async def _record(self, provider: Provider, body: bytes, key: str) -> Response:
        notice = read_notice(body.decode("utf-8", "replace"))
        if notice is None:
            log.warning("a webhook was not understood", provider=provider)
            return PlainTextResponse("Not understood.\n", status_code=422)
        services = self.services
        register, settings = services.register, services.settings.delivery
        intake = Intake(store=register.store, keys=register.keys, settings=settings, now=services.now())
        taken = await run_sync(
            lambda: take_notice(intake, notice, body, key=make_whole(f"{provider}:{key}")),
            limiter=self.pages.writers,
        )
        effects = [effect.value for effect in taken.effects]
        log.info("webhook", provider=provider, kind=taken.kind, effects=effects)
        return PlainTextResponse("Taken.\n")

    async def _fetch_from_amazon(self, url: str) -> bytes:
        settings = self.services.settings
        async with HTTPClient(settings.collect, contact=settings.newsletter.base_url) as client:
            answer = await client.exchange("GET", url)  # follows no redirect
        if answer.status != 200:  # noqa: PLR2004
            raise FetchError(f"Amazon SNS answered {answer.status}.", hint="Amazon tries again by itself.")
        return answer.body


def _is_recent(text: str, now: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.tzinfo is not None and is_fresh(moment, now)


def _refuse(provider: str, why: str, status: int = _REFUSED) -> Response:
    log.warning("a webhook was refused", provider=provider, why=why)
    return PlainTextResponse("Refused.\n", status_code=status)
