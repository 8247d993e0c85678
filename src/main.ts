// Starts and stops the service: database, application, HTTP server; in that order, and back.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SignedLinks } from './alerting/signed-links.js';
import { AppModule } from './app.module.js';
import { databaseError } from './database-error.js';
import { configureHttp } from './inbound/http/configure-http.js';
import { availablePort, listenError } from './listening-port.js';
import { NestLog } from './nest-log.js';
import { LiveAdapter } from './outbound/live/live-adapter.js';
import { LiveConnections } from './outbound/live/live-connections.js';
import { LiveGateway } from './outbound/live/live-gateway.js';
import { EmbeddedServer } from './outbound/postgres/embedded/embedded-server.js';
import { StoreError } from './runs/store-error.js';
import { Access } from './settings/access.js';
import type { Log } from './settings/log.js';
import type { Settings } from './settings/settings.js';
import { unusedChannels } from './settings/unused-channels.js';
import { startTracing } from './tracing.js';

/** A service that runs. */
export interface RunningService {
  /** Where it listens. */
  url: string;
  /** What the user should know of where the data lie, or null. */
  notice: string | null;
  /** Finishes what is in hand, then ends all that was started. May be called again. */
  stop(): Promise<void>;
}

/** Answers under way are given so long to come to their end. */
const PATIENCE_MS = 5_000;
const PACKAGE = new URL('../package.json', import.meta.url);
const PAGE = fileURLToPath(new URL('../web/dist', import.meta.url));

/**
 * Starts the service, with a Postgres of its own where the settings name none.
 *
 * @throws PortBusyError where the port is taken, before anything else is started; ServiceError, SettingsError,
 * EmbeddedServerError or MigrationError where it cannot run. Nothing is left running then.
 */
export async function startService(asked: Settings, log: Log): Promise<RunningService> {
  const port = await availablePort(asked.host, asked.port);
  const settings = { ...asked, port, publicUrl: asked.publicUrl.replace(/:0$/, `:${port}`) };
  for (const channel of unusedChannels(settings.config))
    log.warn({ channel }, 'nothing is ever sent to this channel: no route, escalation, digest or fallback names it');
  const endTracing = await startTracing(process.env, packageVersion());
  const embedded = settings.databaseUrl === null ? await startEmbedded(settings.dataDir, log) : null;
  try {
    const app = await startApplication(settings, embedded?.url ?? settings.databaseUrl!, log);
    let stopping: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      // A reader that takes its time over a stream does not hold up the end for ever.
      const patience = setTimeout(() => app.getHttpServer().closeAllConnections(), PATIENCE_MS);
      await app.close();
      clearTimeout(patience);
      await embedded?.stop();
      await endTracing();
    };
    const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
    return {
      url: `http://${host}:${port}`,
      notice: embedded?.notice ?? null,
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await embedded?.stop();
    await endTracing();
    throw error instanceof StoreError && settings.databaseUrl !== null ? databaseError(error) : error;
  }
}

function startEmbedded(dataDir: string, log: Log): Promise<EmbeddedServer> {
  return EmbeddedServer.start({
    dataDir,
    onLog: (line) => log.debug({ postgres: line }, 'Postgres says'),
    onRestart: (failed) =>
      failed
        ? log.error({ err: failed }, 'the embedded Postgres died and could not be started again; it is tried again')
        : log.error('the embedded Postgres died and was started again'),
  });
}

async function startApplication(settings: Settings, databaseUrl: string, log: Log): Promise<NestExpressApplication> {
  const { host, port, tokens, publicUrl } = settings;
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(settings, databaseUrl, log), {
    bodyParser: false,
    logger: new NestLog(log),
    abortOnError: false,
  });
  try {
    // An embedded database is this instance's alone.
    const connections = settings.databaseUrl === null ? null : liveConnections(settings.databaseUrl, app, log);
    app.useWebSocketAdapter(new LiveAdapter(app, publicUrl, tokens.length > 0, connections));
    configureHttp(app, {
      ...{ log, publicUrl, access: app.get(Access), pageFolder: PAGE, version: packageVersion() },
      isSignedLink: (url) => app.get(SignedLinks).isSigned(url, Date.now()),
      requestsPerSecond: settings.requestsPerSecond,
    });
    await app.listen(port, host);
    if (connections) app.get(LiveGateway).spanInstances(connections);
    return app;
  } catch (error) {
    await app.close();
    throw listenError(error as NodeJS.ErrnoException, host, port);
  }
}

const liveConnections = (url: string, app: NestExpressApplication, log: Log): LiveConnections =>
  new LiveConnections({
    url,
    onMissed: () => app.get(LiveGateway).dropPages(),
    onError: (err) => log.warn({ err }, "news for other instances' pages were lost"),
  });

const packageVersion = (): string => (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;
