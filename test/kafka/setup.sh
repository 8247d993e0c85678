#!/bin/sh
# Makes the Python environment of the Kafka tests in .cache/kafka-venv, unless it is there for just these requirements; prints its python.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
venv=$here/../../.cache/kafka-venv
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
  command -v python3 > /dev/null || { echo 'python3 is missing; type: apt-get install python3 python3-venv' >&2; exit 2; }
  echo 'making the Python environment of the Kafka tests in .cache/kafka-venv (about half a minute)' >&2
  mkdir -p "$here/../../.cache"
  python3 -m venv --clear "$venv" >&2 || { echo 'no venv; type: apt-get install python3-venv' >&2; exit 2; }
  "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt" >&2 || { echo 'pip could not install test/kafka/requirements.txt, see above' >&2; exit 2; }
  cp "$here/requirements.txt" "$venv/requirements.txt"
fi
(cd "$venv" && echo "$(pwd)/bin/python")
