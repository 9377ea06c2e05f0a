"""SpamAssassin and rspamd, started for a test with a name server of its own. I/O (processes).

They see the mail as a receiver would: with SPF, DKIM and DMARC from that name server, and with all
content rules. What asks the internet (block lists, fuzzy hashes) is off.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.support.free_port import free_port
from tests.support.mail_servers import need, open_scratch, running

_OFF = (
    "neural", "rbl", "fuzzy_check", "surbl", "asn", "greylist", "ratelimit", "replies", "phishing", "mx_check",
)  # fmt: skip
_RSPAMD = """
.include "/etc/rspamd/common.conf"
options {{
  pidfile = "{folder}/rspamd.pid";
  dns {{ nameserver = ["{resolver}"]; timeout = 1s; retransmits = 1; }}
  filters = "chartable,dkim,regexp";
  local_addrs = [192.0.2.0/24];
  url_tld = "/usr/share/publicsuffix/effective_tld_names.dat";
}}
logging {{ type = "file"; filename = "{folder}/rspamd.log"; level = "notice"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
{off}
"""
_SPAMASSASSIN = """
clear_trusted_networks
clear_internal_networks
trusted_networks 192.0.2.1
internal_networks 192.0.2.1
use_bayes 0
dns_server {resolver}
dns_available yes
skip_rbl_checks 1
skip_uribl_checks 1
use_razor2 0
use_pyzor 0
use_dcc 0
"""


@contextlib.contextmanager
def run_rspamd(resolver: str) -> Iterator[str]:
    """Give the address of an rspamd that scans with all its content rules."""
    program = need("rspamd", "rspamd")
    port = free_port()
    with open_scratch() as folder:
        folder.chmod(0o777)  # its own user writes there
        off = "\n".join(f"{name} {{ enabled = false; }}" for name in _OFF)
        settings = folder / "rspamd.conf"
        settings.write_text(_RSPAMD.format(folder=folder, resolver=resolver, port=port, off=off))
        places = [part for name in ("DBDIR", "RUNDIR", "LOGDIR") for part in ("--var", f"{name}={folder}")]
        with running([program, "-f", "-i", "--config", settings, *places], port, folder / "output.log"):
            yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def run_spamassassin(resolver: str) -> Iterator[str]:
    """Give the address of a spamd with the rules that Debian ships."""
    program = need("spamd", "spamd")
    port = free_port()
    with open_scratch() as folder:
        # The site's own folder as Debian has it (it loads the plugins), with our settings behind.
        site = folder / "site"
        site.mkdir()
        for shipped in Path("/etc/spamassassin").iterdir():
            if shipped.suffix in {".pre", ".cf"}:
                (site / shipped.name).symlink_to(shipped)
        host, _, zone_port = resolver.partition(":")
        (site / "zz.cf").write_text(_SPAMASSASSIN.format(resolver=f"{host}:{zone_port}"))
        command: list[str | Path] = [
            program, "--listen", f"127.0.0.1:{port}", "--siteconfigpath", site, "--nouser-config", "--syslog", "stderr",
            "--max-children", "1", "--allowed-ips", "127.0.0.1", "--helper-home-dir", folder, "--username", "nobody",
        ]  # fmt: skip
        with running(command, port, folder / "output.log"):
            yield f"127.0.0.1:{port}"
