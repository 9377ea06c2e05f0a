#!/bin/sh
# Installs what the full suite runs beside Python, on Debian as root. Elsewhere it says what is left out:
# the tests that need it are skipped with their reason (with CI=true a missing server fails them).
set -eu

# Beside Postfix these cannot be installed: they are unpacked, and need users of their own.
UNPACKED="exim4-base exim4-daemon-light opensmtpd sendmail-bin sendmail-cf m4"
FOLDER=/opt/newsletter-mail-servers
PACKAGES="libidn12 libwrap0 libdb5.3t64 libnsl2 libldap2 chromium-headless-shell postfix dovecot-imapd postgresql opendkim spamassassin spamc spamd libmail-dkim-perl libmail-spf-perl rspamd publicsuffix fonts-noto-core fonts-noto-cjk fonts-liberation fonts-sil-charis gir1.2-webkit2-4.1 python3-gi python3-gi-cairo xvfb xauth dbus-daemon firefox-esr"

install() {
    # On CI the disk is not waited for: a machine that breaks meanwhile is thrown away.
    apt-get install -y -qq --no-install-recommends ${CI:+-o Dpkg::Options::=--force-unsafe-io} "$@" >/dev/null
}

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not root on Debian: tests that need servers or a browser will be skipped." >&2
    exit 0
fi
updated=""
if [ ! -x "$FOLDER/usr/sbin/smtpd" ] || [ ! -x "$FOLDER/usr/bin/m4" ]; then
    scratch=$(mktemp -d)
    apt-get update -qq
    updated=yes
    # shellcheck disable=SC2086
    (cd "$scratch" && apt-get download -qq $UNPACKED) || for package in $UNPACKED; do
        (cd "$scratch" && apt-get download -qq "$package") || echo "$package cannot be had" >&2
    done
    for archive in "$scratch"/*.deb; do
        dpkg -x "$archive" "$FOLDER" || echo "$archive cannot be unpacked" >&2
    done
    rm -rf "$scratch"
    for program in sbin/exim4 libexec/sendmail/sendmail; do
        [ ! -e "$FOLDER/usr/$program" ] || chmod ug-s "$FOLDER/usr/$program"
    done
    for user in Debian-exim opensmtpd opensmtpq; do
        getent passwd $user >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin $user
    done
fi
missing=""
for package in $PACKAGES; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "Installing for the tests:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
[ "$updated" ] || apt-get update -qq
# no configuration: the tests start each server themselves, in folders of their own
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
# one that the archive does not have must not keep the others out
# shellcheck disable=SC2086
install $missing || for package in $missing; do
    install "$package" || echo "$package cannot be installed" >&2
done
