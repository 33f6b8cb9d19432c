#!/bin/sh
# Names each missing prerequisite with the command that installs it; silent when nothing is missing.
missing=0
need() { # command, what it is, how to install it
	if ! command -v "$1" >/dev/null 2>&1; then
		echo "missing: $2. Install it with: $3" >&2
		missing=1
	fi
}
need go "Go 1.26 or later" "see https://go.dev/doc/install"
need cc "a C compiler" "apt-get install gcc libc6-dev g++"
need node "Node" "apt-get install nodejs npm"
need npm "npm" "apt-get install npm"
if command -v go >/dev/null 2>&1; then
	have=$(go env GOVERSION | sed 's/^go//')
	major=${have%%.*}
	rest=${have#*.}
	minor=${rest%%.*}
	if [ "$major" -lt 1 ] || { [ "$major" -eq 1 ] && [ "$minor" -lt 26 ]; }; then
		echo "Go $have is too old: version 1.26 or later is needed. See https://go.dev/doc/install" >&2
		missing=1
	fi
fi
exit $missing
