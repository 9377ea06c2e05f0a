"""Real mail servers from Debian's packages, each in a scratch folder of its own, for tests. I/O (processes).

Nothing is installed and no system configuration is read. A server that is missing skips the test with the
reason; where ``CI`` is "true" it fails it, because there everything is expected to be installed.
"""

from __future__ import annotations

import contextlib
import grp
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.free_port import free_port

_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def need(program: str, package: str, *, root: bool = False) -> str:
    """Return the path of a program; skip the test where it is missing, fail it under CI."""
    found = shutil.which(program, path=_PATH)
    reason = f"{program} is not installed (Debian package {package})"
    if found and root and os.geteuid() != 0:
        found, reason = None, f"{program} needs root to start"
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def wait_until(done: Callable[[], bool], what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"{what} within {seconds} seconds"
        time.sleep(0.05)


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def open_scratch() -> Iterator[Path]:
    """A folder that other users may enter: servers drop their rights, and pytest's own folders are closed."""
    folder = Path(tempfile.mkdtemp(prefix="newsletter-mail-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(command: Sequence[str | Path], port: int, log: Path) -> Iterator[None]:
    """Run a server in the foreground until the end of the block."""
    with log.open("wb") as output:
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output)
        try:
            # rspamd compiles its rules first: five seconds, 34 at a load of 11
            wait_until(lambda: answers(port) or process.poll() is not None, f"{command[0]} listens", 90)
            assert process.poll() is None, log.read_text(errors="replace")[-2000:]
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


# ── who verifies signatures ──────────────────────────────────────────────────────────────────────


def verify_with_opendkim(message: bytes, folder: Path, resolver: str) -> str:
    """Return the Authentication-Results field that OpenDKIM writes for a message."""
    program = need("opendkim", "opendkim")
    host, _, port = resolver.partition(":")
    unbound = folder / "resolver.conf"
    unbound.write_text(
        'server:\n do-not-query-localhost: no\n module-config: "iterator"\n'
        f'forward-zone:\n name: "."\n forward-addr: {host}@{port}\n'
    )
    settings = folder / "opendkim.conf"
    settings.write_text(
        f"Syslog no\nMode v\nResolverConfiguration {unbound}\nAlwaysAddARHeader yes\n"
        "AuthservID mx.example.org\nInternalHosts 192.0.2.255\nSocket inet:0@127.0.0.1\n"
    )
    mail = folder / "message.eml"
    mail.write_bytes(message)
    done = subprocess.run(
        [program, "-x", settings, "-t", mail, "-vv"], capture_output=True, timeout=30, check=False
    )
    output = done.stdout.decode(errors="replace")
    _, found, field = output.partition("hname='Authentication-Results' hvalue='")
    assert found, output + done.stderr.decode(errors="replace")
    return " ".join(field.partition("'\n")[0].split())


_RSPAMD = """
.include "/etc/rspamd/common.conf"
options {{
  pidfile = "{folder}/rspamd.pid";
  dns {{ nameserver = ["{resolver}"]; timeout = 1s; retransmits = 1; }}
  filters = "dkim";
  local_addrs = [192.0.2.0/24];
}}
logging {{ type = "file"; filename = "{folder}/rspamd.log"; level = "notice"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
{off}
"""
_ELSEWHERE = (  # modules that ask the internet or a Redis
    [
        "neural",
        "rbl",
        "fuzzy_check",
        "surbl",
        "asn",
        "greylist",
        "ratelimit",
        "replies",
        "phishing",
        "mx_check",
    ]
)


@contextlib.contextmanager
def rspamd(resolver: str) -> Iterator[Callable[[bytes], Mapping[str, Sequence[str]]]]:
    """Run rspamd; give a function that returns what it finds about the signatures of a message."""
    program = need("rspamd", "rspamd")
    port = free_port()
    with open_scratch() as folder:
        folder.chmod(0o777)  # its own user writes there
        off = "\n".join(f"{name} {{ enabled = false; }}" for name in _ELSEWHERE)
        settings = folder / "rspamd.conf"
        settings.write_text(_RSPAMD.format(folder=folder, resolver=resolver, port=port, off=off))
        places = [part for name in ("DBDIR", "RUNDIR", "LOGDIR") for part in ("--var", f"{name}={folder}")]
        command: list[str | Path] = [program, "-f", "-i", "--config", settings, *places]
        with running(command, port, folder / "output.log"):
            yield lambda message: _ask_rspamd(port, message)


def _ask_rspamd(port: int, message: bytes) -> Mapping[str, Sequence[str]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/checkv2",
        data=message,
        headers={"From": "bounce@example.org", "Rcpt": "reader@example.net", "IP": "198.51.100.7"},
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        symbols: dict[str, Any] = json.load(response)["symbols"]
    return {name: tuple(found.get("options") or ()) for name, found in symbols.items() if "DKIM" in name}


# ── who sends bounces back ───────────────────────────────────────────────────────────────────────

_SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@contextlib.contextmanager
def postfix(folder: Path, **settings: str) -> Iterator[int]:
    """Run Postfix in ``folder`` with those main.cf settings; give its SMTP port on loopback."""
    program = need("postfix", "postfix", root=True)
    port = free_port()
    config, owner = folder / "config", pwd.getpwnam("postfix")
    for name in ("config", "queue", "data"):
        (folder / name).mkdir()
    os.chown(folder / "data", owner.pw_uid, grp.getgrnam("postfix").gr_gid)
    parameters = {
        "compatibility_level": "3.6",
        "queue_directory": f"{folder}/queue",
        "data_directory": f"{folder}/data",
        "maillog_file": f"{folder}/postfix.log",
        "maillog_file_prefixes": str(folder),
        "myhostname": "mx.example.org",
        "mydestination": "",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "mynetworks": "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "smtp_dns_support_level": "disabled",
        "recipient_delimiter": "+",
        **settings,
    }
    (config / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in parameters.items()))
    (config / "master.cf").write_text(_SERVICES.format(port=port))
    command = [program, "-c", str(config)]
    started = subprocess.run([*command, "start"], capture_output=True, timeout=30, check=False)
    log = folder / "postfix.log"
    said = log.read_text(errors="replace") if log.exists() else ""
    assert started.returncode == 0, started.stderr.decode(errors="replace") + said
    try:
        wait_until(lambda: answers(port), "Postfix listens")
        yield port
    finally:
        subprocess.run([*command, "stop"], capture_output=True, timeout=30, check=False)


UNPACKED = Path(
    "/opt/newsletter-mail-servers"
)  # where install-servers.sh unpacks what cannot stand beside Postfix
_EXIM = """
exim_path = {program}
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
primary_hostname = mx.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_advertise_hosts =
rfc1413_hosts =
host_lookup =
keep_environment =
deliver_drop_privilege = true
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = taken
acl_smtp_data = taken
begin acl
taken:
  accept
begin routers
{routers}
begin transports
{transports}
begin retry
* * F,1s,1s
"""


@contextlib.contextmanager
def exim(folder: Path, routes: Mapping[str, int]) -> Iterator[int]:
    """Run Exim, which hands each domain of ``routes`` to a port on loopback; give its SMTP port."""
    program = need(str(UNPACKED / "usr/sbin/exim4"), "exim4-daemon-light, by install-servers.sh", root=True)
    port, owner = free_port(), pwd.getpwnam("Debian-exim")
    for name in ("spool", "log"):
        (folder / name).mkdir()
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    routers = "".join(
        f"to{far}:\n driver = manualroute\n domains = {domain}\n transport = to{far}\n"
        " route_data = 127.0.0.1\n self = send\n no_more\n"
        for domain, far in routes.items()
    )
    transports = "".join(
        f"to{far}:\n driver = smtp\n port = {far}\n hosts_avoid_tls = *\n" for far in routes.values()
    )
    config = folder / "exim.conf"
    config.write_text(
        _EXIM.format(program=program, folder=folder, port=port, routers=routers, transports=transports)
    )
    with running([program, "-bdf", "-q5s", "-C", config], port, folder / "output.log"):
        yield port


@contextlib.contextmanager
def opensmtpd(folder: Path, routes: Mapping[str, int]) -> Iterator[int]:
    """Run OpenSMTPD, which hands each domain of ``routes`` to a port on loopback; give its SMTP port.

    Its spool, its socket and its empty folder are at fixed places: one at a time.
    """
    program = need(str(UNPACKED / "usr/sbin/smtpd"), "opensmtpd, by install-servers.sh", root=True)
    port, config = free_port(), folder / "smtpd.conf"
    Path("/var/lib/opensmtpd/empty").mkdir(parents=True, exist_ok=True)
    Path("/var/spool/smtpd").mkdir(mode=0o711, exist_ok=True)
    actions = "".join(
        f'action "to{far}" relay host "smtp://127.0.0.1:{far}"\nmatch from any for domain "{domain}" action "to{far}"\n'
        for domain, far in routes.items()
    )
    config.write_text(f"listen on 127.0.0.1 port {port} hostname mx.example.org\nqueue ttl 1h\n{actions}")
    with running([program, "-d", "-f", config], port, folder / "output.log"):
        yield port


_SENDMAIL = """
OSTYPE(`linux')dnl
undefine(`ALIAS_FILE')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`promiscuous_relay')dnl
define(`confDOMAIN_NAME', `mx.example.org')dnl
define(`QUEUE_DIR', `{folder}/queue')dnl
define(`STATUS_FILE', `{folder}/status')dnl
define(`confPID_FILE', `{folder}/pid')dnl
define(`confSERVICE_SWITCH_FILE', `{folder}/service.switch')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_QUEUERETURN_NORMAL', `1h')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
DAEMON_OPTIONS(`Port={port}, Addr=127.0.0.1, Name=MTA')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
MAILER_DEFINITIONS
{mailers}
LOCAL_RULE_0
{rules}
"""


@contextlib.contextmanager
def sendmail(folder: Path, routes: Mapping[str, int]) -> Iterator[int]:
    """Run Sendmail, which hands each domain of ``routes`` to a port on loopback; give its SMTP port."""
    program = need(
        str(UNPACKED / "usr/libexec/sendmail/sendmail"), "sendmail-bin, by install-servers.sh", root=True
    )
    port, macros, config = free_port(), UNPACKED / "usr/share/sendmail/cf", folder / "sendmail.cf"
    (folder / "queue").mkdir(mode=0o700)
    (folder / "service.switch").write_text("hosts files\n")
    mailers = "\n".join(
        f"Mto{far}, P=[IPC], F=mDFMuXa, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, E=\\r\\n, L=990,\n"
        f"\t\tT=DNS/RFC822/SMTP, A=TCP $h {far}"
        for far in routes.values()
    )
    rules = "\n".join(
        f"R$+ < @ {domain} . > $*\t\t$#to{far} $@ [127.0.0.1] $: $1 < @ {domain} . > $2"
        for domain, far in routes.items()
    )
    source = _SENDMAIL.format(folder=folder, port=port, mailers=mailers, rules=rules)
    made = subprocess.run(
        [UNPACKED / "usr/bin/m4", f"-D_CF_DIR_={macros}/", macros / "m4/cf.m4", "-"],
        input=source, capture_output=True, text=True, check=True,
    )  # fmt: skip
    config.write_text(made.stdout)
    # It sleeps for a minute where the machine's name has no dot: it gets one of its own.
    named = ["unshare", "--uts", "sh", "-c", 'hostname mx.example.org && exec "$@"', "sh"]
    with running([*named, program, "-bD", "-q5s", "-C", config], port, folder / "output.log"):
        yield port


_DOVECOT = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {maildir}
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
default_internal_user = dovecot
default_login_user = dovenull
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/home
  }}
  static_allow_all_users = yes
}}
service imap-login {{
  inet_listener imap {{
    listen = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@contextlib.contextmanager
def dovecot(maildir: Path, *, owner: str, password: str) -> Iterator[int]:
    """Run Dovecot over one Maildir; any user name gets in with ``password``. Give its IMAP port."""
    program = need("dovecot", "dovecot-imapd", root=True)
    port, user = free_port(), pwd.getpwnam(owner)
    with open_scratch() as folder:
        (folder / "home").mkdir()
        os.chown(folder / "home", user.pw_uid, user.pw_gid)
        settings = folder / "dovecot.conf"
        settings.write_text(
            _DOVECOT.format(
                folder=folder,
                maildir=maildir,
                uid=user.pw_uid,
                gid=user.pw_gid,
                port=port,
                password=password,
            )
        )
        with running([program, "-F", "-c", settings], port, folder / "output.log"):
            yield port


def nothing_is_left_open() -> bool:
    """Whether the connection has gone with its time limit, which would hold it for minutes."""
    limits = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for thread in limits:
        thread.join(1)
    return not any(thread.is_alive() for thread in limits)
