-- What Grafana and other readers see: plain views with stable names, readable by the role offcurve_reader, which can read nothing else.
-- A migration that changes a column used here drops the view first and makes it again, with its grant.

-- A number of a JSON document by its key. By pattern, not by ->>, which fails on escapes that PostgreSQL's text cannot hold
-- (\u0000, half a surrogate pair): one such name would take a whole dashboard down. A quote inside a string is escaped, so that
-- no text can pass for a key.
CREATE FUNCTION offcurve_number(document json, key text) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT substring(document::text from '[{,]\s*"' || key || '"\s*:\s*(-?[0-9][0-9.eE+-]*)')::double precision $$;

-- The value of an estimate {"value": …, "lower": …, "upper": …} by its key.
CREATE FUNCTION offcurve_estimate(document json, key text) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT substring(document::text from
  '[{,]\s*"' || key || '"\s*:\s*[{][^{}]*"value"\s*:\s*(-?[0-9][0-9.eE+-]*)')::double precision $$;

-- Milliseconds since the epoch as a time.
CREATE FUNCTION offcurve_time(milliseconds double precision) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT to_timestamp(milliseconds / 1000.0) $$;

-- One row a run.
CREATE VIEW offcurve_runs AS
SELECT r.id AS run, r.name, r.project, r.family, r.status, r.tags, r.attempt, r.newest_step AS step, r.records,
       offcurve_time(r.first_time) AS first_time, offcurve_time(r.last_time) AS last_time,
       offcurve_time(r.last_arrival) AS last_arrival, offcurve_time(r.ended_at) AS ended_at,
       nullif(r.usual_pace_ms, 0) / 1000.0 AS seconds_per_record,
       offcurve_number(r.metadata, 'params') AS params,
       offcurve_number(r.metadata, 'planned_steps') AS planned_steps,
       offcurve_number(r.metadata, 'planned_tokens') AS planned_tokens,
       offcurve_number(r.metadata, 'tokens_per_step') AS tokens_per_step,
       r.newest_step / nullif(offcurve_number(r.metadata, 'planned_steps'), 0) AS progress
  FROM runs r;

-- How each judged metric of a run stands at its newest point; sigma is in predictive deviations, positive above the forecast.
CREATE VIEW offcurve_standings AS
SELECT r.id AS run, r.project, r.family, r.status, s.key AS metric, s.value ->> 'state' AS state, s.value ->> 'reason' AS reason,
       offcurve_number(s.value, 'step') AS step, offcurve_number(s.value, 'observed') AS observed,
       offcurve_number(s.value, 'expected') AS expected, offcurve_number(s.value, 'lower') AS lower,
       offcurve_number(s.value, 'upper') AS upper, offcurve_number(s.value, 'sigma') AS sigma
  FROM runs r CROSS JOIN LATERAL json_each(r.standings) s
 WHERE json_typeof(r.standings) = 'object' AND json_typeof(s.value) = 'object';

CREATE VIEW offcurve_metrics AS
SELECT r.id AS run, m.name AS metric FROM runs r CROSS JOIN LATERAL unnest(r.metric_names) AS m(name);

-- Every metric as stretches of points: level 0 holds about 64 points a row, level 1 about 512; either holds all of a run, the
-- newest as rows of one point. min, max and mean are over the finite values.
CREATE VIEW offcurve_series AS
SELECT r.id AS run, m.name AS metric, b.level, b.attempt, b.step_from, b.step_to,
       offcurve_time(b.time_from) AS time_from, offcurve_time(b.time_to) AS time_to, b.count, b.nonfinite, b.min, b.max, b.mean
  FROM runs r
 CROSS JOIN LATERAL unnest(r.metric_names) WITH ORDINALITY AS m(name, number)
  JOIN buckets b ON b.run_ref = r.ref AND b.metric = (m.number - 1)::int
UNION ALL
SELECT r.id, m.name, l.level, p.attempt, p.step, p.step, offcurve_time(p.time), offcurve_time(p.time), 1,
       CASE WHEN f.value IS NULL THEN 1 ELSE 0 END, f.value, f.value, f.value
  FROM runs r
 CROSS JOIN LATERAL unnest(r.metric_names) WITH ORDINALITY AS m(name, number)
  JOIN points p ON p.run_ref = r.ref
 CROSS JOIN (VALUES (0), (1)) AS l(level)
  -- NaN is greater than every number here.
 CROSS JOIN LATERAL (SELECT CASE WHEN p.values[m.number] > '-Infinity' AND p.values[m.number] < 'Infinity'
                            THEN p.values[m.number] END AS value) f
 WHERE p.values[m.number] IS NOT NULL;

-- The band that was predicted for single points, ahead of them, knot by knot.
CREATE VIEW offcurve_bands AS
SELECT r.id AS run, k.metric, k.attempt, k.step, k.expected, k.lower, k.upper FROM runs r JOIN band_knots k ON k.run_ref = r.ref;

-- The newest forecast of the final value of the smooth curve; null where the forecast abstains.
CREATE VIEW offcurve_forecasts AS
SELECT r.id AS run, f.metric, f.attempt, f.step, offcurve_number(f.forecast, 'until') AS until,
       offcurve_number(f.forecast -> 'final', 'loss') AS final, offcurve_number(f.forecast -> 'final', 'lower') AS lower,
       offcurve_number(f.forecast -> 'final', 'upper') AS upper
  FROM runs r JOIN forecasts f ON f.run_ref = r.ref;

-- Deviations as they stand, with their price: what it would cost to make good the extra loss.
CREATE VIEW offcurve_deviations AS
SELECT d.id AS deviation, d.version, d.run, d.runs, d.project, d.family, d.attempt, d.metric, d.kind, d.side, d.status,
       coalesce(offcurve_time(offcurve_number(d.document, 'startedAt')), offcurve_time(d.opened_at)) AS started_at,
       offcurve_time(d.opened_at) AS opened_at, offcurve_time(d.resolved_at) AS resolved_at,
       d.started_at_step, d.opened_at_step, d.step, d.expected, d.expected_lower, d.expected_upper, d.observed, d.sigma,
       offcurve_estimate(d.document, 'computeShare') AS compute_share, offcurve_estimate(d.document, 'tokens') AS tokens,
       offcurve_estimate(d.document, 'gpuHours') AS gpu_hours, offcurve_estimate(d.document, 'usd') AS usd,
       d.history, d.false_alarm
  FROM deviations d;

-- What was sent, or waits to be; neither bodies nor the services' answers, which may hold more than a reader should see.
CREATE VIEW offcurve_notifications AS
SELECT o.id AS message, o.channel, o.deviation_id AS deviation, o.deviation_version AS version, o.type, o.state, o.tries,
       offcurve_time(o.created_at) AS created_at, offcurve_time(o.sent_at) AS sent_at
  FROM outbox o;

-- The role cannot log in until somebody says so: ALTER ROLE offcurve_reader LOGIN PASSWORD '…' (docs/grafana.md). Roles belong to the whole server:
-- another database may have made it, or the service's user may not be allowed to; the views are there all the same.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'offcurve_reader') THEN
    CREATE ROLE offcurve_reader NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN RAISE NOTICE 'role offcurve_reader was not made: the user may not create roles';
END $$;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'offcurve_reader') THEN
    GRANT SELECT ON offcurve_runs, offcurve_standings, offcurve_metrics, offcurve_series, offcurve_bands, offcurve_forecasts,
      offcurve_deviations, offcurve_notifications TO offcurve_reader;
    BEGIN
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO offcurve_reader', current_schema());
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END;
  END IF;
END $$;
