#!/bin/sh
# Makes the Python environment in .cache/sweep-venv, unless it is there for just these requirements; prints its python.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
venv=$here/../../.cache/sweep-venv
stamp=$venv/requirements.txt
# One at a time makes it; the others wait and find it made.
mkdir -p "$here/../../.cache"
if command -v flock > /dev/null; then
  exec 9> "$here/../../.cache/sweep-venv.lock"
  flock 9
fi
if ! cmp -s "$here/requirements.txt" "$stamp"; then
  command -v python3 > /dev/null || { echo 'sweep: python3 is missing; type: apt-get install python3 python3-venv' >&2; exit 2; }
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'sweep: Python 3.11 or newer is needed' >&2; exit 2; }
  echo 'sweep: making the Python environment in .cache/sweep-venv (about a minute)' >&2
  python3 -m venv --clear "$venv" >&2 || { echo 'sweep: no venv; type: apt-get install python3-venv' >&2; exit 2; }
  "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt" >&2 || { echo 'sweep: pip could not install requirements.txt, see above' >&2; exit 2; }
  cp "$here/requirements.txt" "$stamp"
fi
(cd "$venv" && echo "$(pwd)/bin/python")
