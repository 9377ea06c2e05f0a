#!/bin/sh
# Installs what the full suite runs beside Python, on Debian as root. Elsewhere it says what is left out:
# the tests that need it are skipped with their reason (with CI=true a missing server fails them).
set -eu

PACKAGES="chromium postfix dovecot-imapd postgresql opendkim spamassassin spamc spamd libmail-dkim-perl libmail-spf-perl rspamd publicsuffix fonts-noto-core fonts-noto-cjk fonts-liberation fonts-sil-charis gir1.2-webkit2-4.1 python3-gi python3-gi-cairo xvfb xauth dbus-daemon firefox-esr"

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not root on Debian: tests that need servers or a browser will be skipped." >&2
    exit 0
fi
missing=""
for package in $PACKAGES; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "Installing for the tests:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# no configuration: the tests start each server themselves, in folders of their own
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
# one that the archive does not have must not keep the others out
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null || for package in $missing; do
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null || echo "$package cannot be installed" >&2
done
