"""``newsletter dkim …``: keys that sign, and their DNS records. I/O (files)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.context import Call, Commands, JSONCall, say, write_file
from newsletter.delivery.dkim import Signer, dns_record, generate_key, load_signer
from newsletter.delivery.signers import key_path, load_signers
from newsletter.errors import InputError
from newsletter.wiring import Installation

commands = Commands(no_args_is_help=True, help="Signatures made by the newsletter itself.")


@commands.command()
def keygen(
    call: Call,
    selector: Annotated[str, typer.Option(help="The selector: a name for this key in DNS.")] = "news",
    kind: Annotated[str, typer.Option(help="rsa (2048 bits) or ed25519.")] = "rsa",
) -> None:
    """Make a signing key in the data folder and print the DNS record to publish."""
    if kind not in {"rsa", "ed25519"}:
        raise InputError(f"There is no kind of key {kind!r}.", hint="Use rsa or ed25519.")
    app = call.app
    path = key_path(app.data, selector, None)
    if path.exists():
        raise InputError(
            f"{path} exists.", hint="Choose another selector, publish its record, then switch to it."
        )
    record = dns_record(make_key(app, path, selector, kind))
    say(f"Wrote {path}.\nPublish this record:\n\n{record.zone_line}\n")
    say(f'Then set dkim.{"ed25519_selector" if kind == "ed25519" else "selector"} = "{selector}".')


def make_key(app: Installation, path: Path, selector: str, kind: str) -> Signer:
    """Write a new key, readable by its owner alone, and return what signs with it."""
    pem = generate_key(kind)
    domain = app.settings.dkim.domain or app.settings.newsletter.domain
    signer = load_signer(pem, domain=domain, selector=selector)
    write_file(path, pem, mode=0o600, replaces=False)
    return signer


@commands.command("record")
def show_record(call: JSONCall) -> None:
    """Print the DNS records of the keys in use."""
    records = [dns_record(signer) for signer in load_signers(call.app.settings)]
    lines = "\n".join(record.zone_line for record in records)
    call.answer(records, lines or "No selector is set: the relay signs, or nobody does.")
