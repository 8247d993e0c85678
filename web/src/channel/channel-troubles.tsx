// Says that alerts do not reach their readers, while they do not: which channel, since when, why, and what became of them.
import { useEffect } from 'preact/hooks';
import { ask } from '../api/client.js';
import type { Channel, Page } from '../api/shapes.js';
import { countText } from '../format/numbers.js';
import { sinceText, timeText } from '../format/times.js';
import { useLoaded } from '../ui/use-loaded.js';
import './channel.css';

const LOOK_EVERY_MS = 10_000;

export function ChannelTroubles() {
  const { data, reload } = useLoaded('channels', (signal) => ask<Page<Channel>>('/v1/channels', { signal }));
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const troubled = (data?.items ?? []).filter(({ trouble }) => trouble !== null);
  // Always there, so that what appears in it is read out.
  return (
    <div role="alert">
      {troubled.map((channel) => (
        <Trouble key={channel.channel} channel={channel} />
      ))}
    </div>
  );
}

function Trouble({ channel: { channel, service, waiting, trouble } }: { channel: Channel }) {
  if (trouble === null) return null;
  const { kind, since, error } = trouble;
  return (
    <p class="fault trouble">
      <b>{channel}</b>
      {channel.toLowerCase().includes(service) ? '' : ` (${service})`}{' '}
      {kind === 'refuses' ? 'refuses messages' : 'takes no messages'} since{' '}
      <time dateTime={String(since)} title={timeText(since)}>
        {sinceText(since, Date.now())}
      </time>
      : <span class="said">{error}</span>
      {/[.!?…]$/.test(error) ? ' ' : '. '}
      {[kind === 'refuses' ? fateText(trouble) : '', waitingText(waiting, kind)].filter(Boolean).join(' ')}
    </p>
  );
}

/** Where the refused messages went. */
function fateText({ given_up: count, passed_on: elsewhere, passed_to: to }: NonNullable<Channel['trouble']>): string {
  if (elsewhere === 0) return `${countText(count)} reached nobody through it.`;
  if (elsewhere === count) return `${countText(count)} went to ${to ?? 'another channel'}.`;
  const lost = countText(count - elsewhere);
  return `${countText(elsewhere)} went to ${to ?? 'another channel'}, ${lost} reached nobody through it.`;
}

function waitingText(waiting: number, kind: 'refuses' | 'stuck'): string {
  if (waiting === 0) return '';
  return `${countText(waiting)} ${waiting === 1 ? 'waits' : 'wait'}${kind === 'stuck' ? ', and will be tried again' : ''}.`;
}
