#!/bin/sh
# What the tests need beside the build: Chromium, Prometheus with promtool, Alertmanager with amtool, xz for real data files, qpdf and
# poppler for papers, LibreOffice for downloads, wapiti to look for weaknesses of pages, PostgreSQL for casework that several servers share
# and PgBouncer to stand in front of it, nginx to stand in front of the dashboard, systemd's own check of its units.
want=""
for pair in chromium:chromium promtool:prometheus amtool:prometheus-alertmanager xz:xz-utils qpdf:qpdf pdftotext:poppler-utils strace:strace soffice:libreoffice-calc-nogui pip3:python3-pip wapiti:wapiti systemd-analyze:systemd; do
	command -v "${pair%%:*}" >/dev/null 2>&1 || want="$want ${pair##*:}"
done
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || want="$want postgresql"
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || want="$want nginx"
[ -x /usr/sbin/pgbouncer ] || command -v pgbouncer >/dev/null 2>&1 || want="$want pgbouncer"
[ -z "$want" ] && exec sh scripts/extensions.sh
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing for the tests:$want"
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $want >/dev/null
else
	echo "the tests need$want: install with  sudo apt-get install$want" >&2
	exit 1
fi
sh scripts/extensions.sh
