// Says whether what is on the page is live.
import { useLiveState } from '../api/live.js';

export function LiveMark() {
  const state = useLiveState();
  const text = { connecting: 'connecting', connected: 'live', lost: 'connection lost, trying again' }[state];
  return (
    <span class={`live ${state}`} role="status">
      <i aria-hidden="true" />
      {text}
    </span>
  );
}
