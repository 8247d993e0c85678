// The live connection: says what to watch, hears news, and tells views to read again after every gap.
import { io, type Socket } from 'socket.io-client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { readToken } from './token.js';

export type LiveState = 'connecting' | 'connected' | 'lost';
export type Watched = { run: string } | { family: string } | { all: true };
export type NewsKind = 'points' | 'forecast' | 'law' | 'deviation';

const KINDS: readonly NewsKind[] = ['points', 'forecast', 'law', 'deviation'];
const SLOWEST_RETRY_MS = 5000;
const ASK_AGAIN_MS = 3000;

interface Watcher {
  what: Watched;
  news: (kind: NewsKind, payload: unknown) => void;
  /** From here on all is heard: what came before, while the view was being read perhaps, was not. */
  resumed: () => void;
}

let socket: Socket | null = null;
let state: LiveState = 'connecting';
const watchers = new Set<Watcher>();
const stateListeners = new Set<(state: LiveState) => void>();

function setState(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const listener of stateListeners) listener(next);
}

function connected(): Socket {
  if (socket) return socket;
  socket = io('/live', {
    auth: (answer) => answer({ token: readToken() ?? undefined }),
    transports: ['websocket', 'polling'],
    reconnectionDelay: 300,
    reconnectionDelayMax: SLOWEST_RETRY_MS,
  });
  socket.on('connect', () => {
    setState('connected');
    for (const watcher of watchers) watch(watcher);
  });
  socket.on('disconnect', (reason) => {
    setState('lost');
    // A goodbye of the server's is not retried by itself.
    if (reason === 'io server disconnect') setTimeout(() => socket?.connect(), 1000);
  });
  socket.on('connect_error', () => setState('lost'));
  for (const kind of KINDS)
    socket.on(kind, (payload: unknown) => {
      for (const watcher of watchers) watcher.news(kind, payload);
    });
  return socket;
}

/**
 * Once the service has heard of it, and no earlier: news between a view's reading and that moment is said to nobody. One that
 * is still starting may not answer: it is asked again.
 */
function watch(watcher: Watcher): void {
  socket?.timeout(ASK_AGAIN_MS).emit('watch', watcher.what, (unanswered: Error | null) => {
    // A new connection asks by itself.
    if (!watchers.has(watcher) || !socket?.connected) return;
    if (unanswered) watch(watcher);
    else watcher.resumed();
  });
}

/** Begins anew, with another token. */
export function reconnect(): void {
  socket?.disconnect().connect();
}

/** Watches while the component is there; handlers may change without a new subscription. */
export function useLive(what: Watched, handlers: Omit<Watcher, 'what'>): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  const key = JSON.stringify(what);
  useEffect(() => {
    const watcher: Watcher = {
      what,
      news: (kind, payload) => latest.current.news(kind, payload),
      resumed: () => latest.current.resumed(),
    };
    watchers.add(watcher);
    const open = connected();
    if (open.connected) watch(watcher);
    return () => {
      watchers.delete(watcher);
      const others = [...watchers].some((other) => JSON.stringify(other.what) === key);
      if (!others && open.connected) open.emit('unwatch', what);
    };
  }, [key]);
}

export function useLiveState(): LiveState {
  const [current, setCurrent] = useState(state);
  useEffect(() => {
    setCurrent(state);
    stateListeners.add(setCurrent);
    return () => void stateListeners.delete(setCurrent);
  }, []);
  return current;
}
