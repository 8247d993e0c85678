#!/bin/sh
# Makes the sweep again, or what is missing of it: environment, corpus, runs, tables. Any option goes to sweep.py.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python=$("$here/setup.sh")
"$python" "$here/sweep.py" "$@"
"$python" "$here/report.py" --write
