#!/bin/sh
# Fetches the engine's extensions that some tests load, for the engine's own version, into bin/extensions. They come as Python packages, each
# of which holds one file that its maker has signed.
set -eu
version=1.5.5
to=bin/extensions
[ -f "$to/.$version" ] && exit 0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: -d "$tmp" \
	"duckdb-extension-httpfs==$version" "duckdb-extension-ducklake==$version" "duckdb-extension-postgres-scanner==$version"
mkdir -p "$to"
python3 - "$tmp" "$to" <<'PY'
import pathlib, sys, zipfile
for wheel in pathlib.Path(sys.argv[1]).glob("*.whl"):
    with zipfile.ZipFile(wheel) as z:
        for name in z.namelist():
            if name.endswith(".duckdb_extension"):
                pathlib.Path(sys.argv[2], pathlib.PurePosixPath(name).name).write_bytes(z.read(name))
PY
touch "$to/.$version"
