#!/bin/sh
# Run once by the postgres image on an empty volume: the role that Grafana reads with; the service's migrations say what it may read.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$OFFCURVE_READER_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE offcurve_reader LOGIN PASSWORD :'password';
ALTER ROLE offcurve_reader SET default_transaction_read_only = on;
ALTER ROLE offcurve_reader SET statement_timeout = '30s';
SQL
