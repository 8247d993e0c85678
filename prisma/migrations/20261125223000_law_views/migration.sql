-- Laws of families for dashboards: versions, parameters with their errors, and the runs behind each with what the law says of them.

-- The loss that a law's document says of N parameters and D tokens: its forms' E + (A/N^a + B/D^b)^g, averaged in logs.
-- Null where one of its forms is of another kind.
CREATE FUNCTION offcurve_law_loss(document json, params double precision, tokens double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN count(*) = count(part) THEN exp(sum(part)) END
    FROM json_array_elements(document -> 'forms') AS form,
         LATERAL (SELECT form -> 'parameters' AS p) AS its,
         LATERAL (SELECT CASE WHEN form ->> 'law' IN ('chinchilla', 'additive-power') THEN
           (form ->> 'weight')::double precision * ln(
             (p ->> 'E')::double precision + power(
               (p ->> 'A')::double precision * power(params, -coalesce(p ->> 'alpha', p ->> 'a')::double precision) +
               (p ->> 'B')::double precision * power(tokens, -coalesce(p ->> 'beta', p ->> 'b')::double precision),
               coalesce(p ->> 'g', '1')::double precision)) END AS part) AS parts
$$;

CREATE VIEW offcurve_laws AS
SELECT l.family, l.metric, l.version, l.created_at, json_array_length(l.data) AS runs,
       l.document -> 'forms' -> 0 ->> 'law' AS form, l.changes ->> 'summary' AS changes,
       offcurve_number(l.document -> 'range' -> 'compute', 'min') AS compute_from,
       offcurve_number(l.document -> 'range' -> 'compute', 'max') AS compute_to,
       offcurve_number(l.document -> 'diagnostics', 'trusted_to_compute') AS trusted_to_compute,
       offcurve_number(l.document -> 'diagnostics' -> 'residuals', 'rms') AS rms,
       l.version = max(l.version) OVER (PARTITION BY l.family, l.metric) AS newest
  FROM family_laws l;

-- Of the form that carries most weight.
CREATE VIEW offcurve_law_parameters AS
SELECT l.family, l.metric, l.version, l.created_at, p.key AS parameter, p.value::text::double precision AS value,
       offcurve_number(l.document -> 'standard_errors', p.key) AS standard_error,
       offcurve_number(l.document -> 'intervals' -> p.key, 'lower') AS lower,
       offcurve_number(l.document -> 'intervals' -> p.key, 'upper') AS upper
  FROM family_laws l CROSS JOIN LATERAL json_each(l.document -> 'parameters') AS p
 WHERE json_typeof(p.value) = 'number';

-- Runs that a version was fitted to; `said` is what it says of each.
CREATE VIEW offcurve_law_runs AS
SELECT l.family, l.metric, l.version, l.created_at, d.run, d.params, d.tokens, d.compute, d.loss, d."from" AS loss_from,
       offcurve_law_loss(l.document, d.params, d.tokens) AS said
  FROM family_laws l
 CROSS JOIN LATERAL json_to_recordset(l.data) AS d(
   run text, params double precision, tokens double precision, compute double precision, loss double precision, "from" text);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'offcurve_reader') THEN
    GRANT SELECT ON offcurve_laws, offcurve_law_parameters, offcurve_law_runs TO offcurve_reader;
  END IF;
END $$;
