// What to do where no run is there yet: three lines that send the first point.
import { useEffect, useState } from 'preact/hooks';

export function FirstPoint() {
  const [copied, setCopied] = useState(false);
  const base = location.origin;
  const python = [
    'import json, urllib.request',
    `record = {"run": "my-first-run", "step": 1, "metrics": {"loss": 10.9, "lr": 3e-4}}`,
    `urllib.request.urlopen(urllib.request.Request("${base}/v1/metrics", json.dumps(record).encode(), {"content-type": "application/json"}))`,
  ].join('\n');
  const curl = `curl -H 'content-type: application/json' ${base}/v1/metrics \\\n  -d '{"run": "my-first-run", "step": 1, "metrics": {"loss": 10.9, "lr": 3e-4}}'`;
  useEffect(() => setCopied(false), [python]);
  const copy = (): void => {
    void navigator.clipboard.writeText(python).then(() => setCopied(true));
  };
  return (
    <section class="panel empty">
      <h1>No run has sent anything yet</h1>
      <p>Send a point for each step of your training; this page shows it as it arrives. In Python:</p>
      <pre class="code" tabIndex={0}>
        {python}
      </pre>
      <p>
        <button type="button" onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </button>{' '}
        <span class="quiet">or from a shell:</span>
      </p>
      <pre class="code" tabIndex={0}>
        {curl}
      </pre>
      <p class="quiet">
        A run that says its plan (<code>planned_steps</code>, <code>schedule</code>) at <code>/v1/runs</code> is
        forecast to its end. <a href="/api">All of the API</a>
      </p>
    </section>
  );
}
