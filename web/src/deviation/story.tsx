// What happened to a deviation, step by step, and what was sent of it.
import type { ApiError } from '../api/client.js';
import type { Notification, StoryStep } from '../api/shapes.js';
import { computeWords } from '../format/compute.js';
import { sigmaText } from '../format/numbers.js';
import { timeText } from '../format/times.js';
import { Fault } from '../ui/fault.js';
import { STEP_WORDS, kindText } from './words.js';

export function Story({ steps, error }: { steps: readonly StoryStep[] | null; error: ApiError | null }) {
  return (
    <section class="panel">
      <header>
        <h2>Story</h2>
      </header>
      <div class="body">
        <Fault error={error} />
        <ol class="story">
          {steps?.map((step, index) => (
            <li key={step.version}>
              <span class="quiet nowrap">{timeText(step.at)}</span>
              <span>
                <b>{STEP_WORDS[step.type] ?? step.type}</b>
                {step.actor !== null && ` by ${step.actor}`}
                <span class="quiet">{changesText(step, steps[index - 1] ?? null)}</span>
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

/** What this version says that the one before did not. */
function changesText({ deviation: now }: StoryStep, before: StoryStep | null): string {
  const old = before?.deviation;
  const share = now.price.compute_share;
  const parts = [
    old?.kind === now.kind ? null : kindText(now.kind),
    old?.step === now.step ? null : `step ${now.step.toLocaleString()}`,
    now.sigma === null || old?.sigma === now.sigma ? null : sigmaText(now.sigma),
    share === null || old?.price.compute_share?.value === share.value
      ? null
      : `${now.side === 'better' ? 'ahead by ' : ''}${computeWords(now)!.value} of its compute`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : ` · ${parts.join(' · ')}`;
}

export function Sent({
  notifications,
  error,
}: {
  notifications: readonly Notification[] | null;
  error: ApiError | null;
}) {
  return (
    <section class="panel">
      <header>
        <h2>What was sent</h2>
      </header>
      <div class="body scroll">
        <Fault error={error} />
        {notifications !== null && notifications.length === 0 && (
          <p class="quiet">
            Nothing. Channels and routes are set in <code>offcurve.yml</code>.
          </p>
        )}
        {notifications !== null && notifications.length > 0 && (
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Queued</th>
                <th scope="col">Channel</th>
                <th scope="col">Why</th>
                <th scope="col">State</th>
                <th scope="col">Sent</th>
              </tr>
            </thead>
            <tbody>
              {notifications.map((one) => (
                <tr key={one.id}>
                  <td class="nowrap">{timeText(one.created_at)}</td>
                  <td>{one.channel}</td>
                  <td>{one.type}</td>
                  <td>
                    {one.state}
                    {one.tries > 1 ? ` after ${one.tries} tries` : ''}
                    {one.last_error !== null && <div class="worse">{one.last_error}</div>}
                  </td>
                  <td class="nowrap">{timeText(one.sent_at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
