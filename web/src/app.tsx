// The frame: who is where, the way between views, sign-in where the service asks for a token.
import { useLayoutEffect, useState } from 'preact/hooks';
import { UNAUTHORIZED } from './api/client.js';
import { reconnect } from './api/live.js';
import { keepToken } from './api/token.js';
import { AuditView } from './audit/audit-view.js';
import { ChannelTroubles } from './channel/channel-troubles.js';
import { DeviationView } from './deviation/deviation-view.js';
import { DeviationList } from './deviation/deviation-list.js';
import { FamiliesView } from './family/families-view.js';
import { FamilyView } from './family/family-view.js';
import { FleetView } from './fleet/fleet-view.js';
import { type Route, followLinks, routeOf, useAddress } from './routing.js';
import { PlanView } from './plan/plan-view.js';
import { RunView } from './run/run-view.js';
import { SilencesView } from './silence/silences-view.js';
import { LiveMark } from './ui/live-mark.js';
import { SignIn } from './ui/sign-in.js';
import { ThemeChoice } from './ui/theme-choice.js';

const PLACES = [
  { path: '/', label: 'Runs', views: ['fleet', 'run'] },
  { path: '/deviations', label: 'Deviations', views: ['deviations', 'deviation', 'silences'] },
  { path: '/families', label: 'Families', views: ['families', 'family'] },
  { path: '/plan', label: 'Plan', views: ['plan'] },
  { path: '/audit', label: 'Audit', views: ['audit'] },
] as const;

export function App() {
  const { path } = useAddress();
  const route = routeOf(path);
  const [locked, setLocked] = useState(false);
  const [session, setSession] = useState(0);
  // Before the first answer can come: what a view asks for is asked before the browser paints.
  useLayoutEffect(() => {
    const lock = (): void => setLocked(true);
    window.addEventListener(UNAUTHORIZED, lock);
    return () => window.removeEventListener(UNAUTHORIZED, lock);
  }, []);
  const signIn = (token: string, forLong: boolean): void => {
    keepToken(token, forLong);
    setLocked(false);
    setSession(session + 1);
    reconnect();
  };
  return (
    <div onClick={followLinks}>
      <header class="bar">
        <a class="brand" href="/">
          <img src="/icon.svg" width="22" height="22" alt="" />
          offcurve
        </a>
        <nav aria-label="Views">
          {PLACES.map(({ path, label, views }) => (
            <a
              key={path}
              href={path}
              aria-current={(views as readonly string[]).includes(route.view) ? 'page' : undefined}
            >
              {label}
            </a>
          ))}
        </nav>
        <LiveMark />
        <ThemeChoice />
      </header>
      <main key={session}>{locked ? <SignIn onToken={signIn} again={session > 0} /> : <View route={route} />}</main>
    </div>
  );
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case 'fleet':
      return (
        <>
          <ChannelTroubles />
          <FleetView />
        </>
      );
    case 'run':
      return <RunView key={route.id} id={route.id} />;
    case 'deviations':
      return (
        <>
          <ChannelTroubles />
          <DeviationList />
        </>
      );
    case 'deviation':
      return <DeviationView key={route.id} id={route.id} />;
    case 'families':
      return <FamiliesView />;
    case 'family':
      return <FamilyView key={route.id} id={route.id} />;
    case 'plan':
      return <PlanView />;
    case 'silences':
      return <SilencesView />;
    case 'audit':
      return <AuditView />;
    case 'unknown':
      return (
        <section class="panel empty">
          <h1>Nothing is kept under this address</h1>
          <p>
            <a href="/">See all runs</a>
          </p>
        </section>
      );
  }
}
