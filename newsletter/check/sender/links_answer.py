"""What readers will press: the one-click link on our own pages, and the links to others. I/O (network)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime
from statistics import median
from urllib.parse import urlsplit

from newsletter.check.finding import Finding, fail, not_run, read_ip, warn
from newsletter.check.result import Findings
from newsletter.check.sender.dns import Ask
from newsletter.errors import FetchError
from newsletter.http import Answer, HTTPClient, StatusError, exchange, open_own, resolve_host

ONE_CLICK = b"List-Unsubscribe=One-Click"  # RFC 8058, section 3.2
_PORTS = {"http": 80, "https": 443}
_SECONDS = 5.0
_LINKS_SECONDS = 15.0  # for all links together
_MOST_LINKS = 80
_GONE = frozenset({404, 410, 451})
_BROKEN = 500
_CLOCK_HOURS = 1
_CLOCK_HOSTS = 3  # that many clocks make one sure
_UNSUBSCRIBE = "unsubscribe-works"


async def check_unsubscribe(url: str, ask: Ask | None, *, agent: str, trial: bool) -> Findings:
    """11: the link of nobody's token takes a POST without login or redirect, opens, and is read.

    ``url`` must belong to nobody: this presses it. A host that does not answer here may answer readers.
    Its addresses are those of ``ask``, or of this machine.
    """
    parts = urlsplit(url)
    host, name = parts.netloc, parts.hostname or ""
    known: tuple[str, ...] = ()
    if ask is not None and name != "localhost" and read_ip(name) is None:
        found = [await ask(name, kind) for kind in ("A", "AAAA")]
        known = tuple(address for records in found for address in records or ())
        if not known and None in found:
            why = f"Nobody answered for A of {name}: the unsubscribe link was not tried."
            return (warn(_UNSUBSCRIBE, why, "Try again."),)
        if not known:
            return (fail(_UNSUBSCRIBE, f"{name} has no address in DNS: no link of the mail works.",
                         f"Publish an A record of {name}, or correct newsletter.base_url."),)  # fmt: skip

    async def resolve(name: str, port: int) -> tuple[str, ...]:
        return known or await resolve_host(name, port)

    own = open_own(f"{name}:{parts.port or _PORTS[parts.scheme]}", resolve)
    headers = {"user-agent": agent, "accept-encoding": "identity"}
    form = headers | {"content-type": "application/x-www-form-urlencoded"}
    try:
        asked = await exchange(own, "GET", url, b"", headers=headers, seconds=_SECONDS)
        left = await exchange(own, "POST", url, ONE_CLICK, headers=form, seconds=_SECONDS)
        forged = await exchange(own, "GET", url[:-1] + "~", b"", headers=headers, seconds=_SECONDS)
    except FetchError as error:
        if _is_refused_tls(error):  # mail providers will not take it either
            return (fail(_UNSUBSCRIBE, str(error), "Renew the certificate of newsletter.base_url."),)
        if trial:
            why = f"The unsubscribe link was not tried: nobody answers at {host}."
            return (not_run(_UNSUBSCRIBE, why, "Start newsletter serve to try it."),)
        elsewhere = f"Open {parts.scheme}://{host}/ from elsewhere: readers must reach it."
        return (warn(_UNSUBSCRIBE, f"The unsubscribe link was not tried: {error}", elsewhere),)
    finally:
        await own.aclose()
    return tuple(_judge_leaving(asked, left, forged, host))


def _is_refused_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _judge_leaving(asked: Answer, left: Answer, forged: Answer, host: str) -> Iterable[Finding]:
    proxy = "Let the proxy pass /u/ on to newsletter serve as it is, without login or redirect."
    for name, answer in (("opening", asked), ("pressing", left)):
        where = answer.headers.get("location", "")
        if where:
            yield fail(_UNSUBSCRIBE, f"On {name} the unsubscribe link at {host} redirects to {where[:100]}.",
                       f"Mail providers follow no redirect (RFC 8058). {proxy}")  # fmt: skip
        elif not answer.is_success:
            yield fail(_UNSUBSCRIBE, f"On {name} the unsubscribe link at {host} answers {answer.status}.",
                       proxy)  # fmt: skip
    if asked.is_success and forged.is_success:
        yield fail(_UNSUBSCRIBE, f"{host} takes a forged unsubscribe link as well: it does not read the token.",
                   "Is it newsletter serve that answers there? Correct newsletter.base_url, or the proxy.")  # fmt: skip


async def check_links(client: HTTPClient, hrefs: Iterable[str], *, own: str, now: datetime) -> Findings:
    """28: the links to others answer. Our own pages are published with the issue, and not asked.

    A host that turns programs away (401, 403, 429, robots.txt) is not held against the link. Where many
    hosts name another time than ``now``, the machine's clock is wrong (3).
    """
    own_host = urlsplit(own).netloc
    others = (
        href.split("#", maxsplit=1)[0]
        for href in hrefs
        if href.startswith(("http://", "https://")) and urlsplit(href).netloc != own_host
    )
    urls = list(dict.fromkeys(others))[:_MOST_LINKS]
    tasks = {url: asyncio.create_task(_try(client, url)) for url in urls}
    if tasks:
        await asyncio.wait(tasks.values(), timeout=_LINKS_SECONDS)
    late = [url for url, task in tasks.items() if not task.done()]
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
    answers = {url: task.result() for url, task in tasks.items() if url not in late}
    found = [finding for finding, _ in answers.values() if finding]
    if late:
        what = (
            f"{len(late)} of {len(urls)} links did not answer in {_LINKS_SECONDS:g} seconds: {late[0][:100]}"
        )
        found.append(warn("links-answer", what, "Open them by hand."))
    clocks = {urlsplit(url).netloc: moment for url, (_, moment) in answers.items() if moment}
    return (*found, *check_clock(tuple(clocks.values()), now))


async def _try(client: HTTPClient, url: str) -> tuple[Finding | None, datetime | None]:
    hint = "Open it; drop or retitle the story, or leave it."
    try:
        answer = await client.get(url)
    except StatusError as error:
        moment = _read_date(error.headers.get("date", ""))
        if error.status in _GONE or error.status >= _BROKEN:
            return warn("links-answer", f"A link answers {error.status}: {url[:120]}", hint), moment
        return None, moment
    except FetchError as error:
        if error.permanent:  # not for programs, too large, no page: it is there
            return None, None
        return warn("links-answer", f"A link does not answer: {url[:120]} ({error})", hint), None
    return None, _read_date(answer.headers.get("date", ""))


def _read_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def check_clock(moments: tuple[datetime, ...], now: datetime) -> Findings:
    """3: the machine's clock agrees with those of others, to the hour. Pure."""
    if len(moments) < _CLOCK_HOSTS:
        return ()
    ahead = (now.timestamp() - median(moment.timestamp() for moment in moments)) / 3600
    if abs(ahead) <= _CLOCK_HOURS:
        return ()
    way = "ahead of" if ahead > 0 else "behind"
    what = f"This machine's clock is {abs(ahead):.1f} hours {way} those of {len(moments)} other hosts."
    return (fail("date", what, "Set it (timedatectl set-ntp true): filters refuse mail with a wrong Date."),)
