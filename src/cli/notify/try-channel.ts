// One sample through one channel, as the service would send it, once.
import { closest } from 'fastest-levenshtein';
import { ChartDrawer } from '../../alerting/chart-data.js';
import { DeviationPictures } from '../../alerting/deviation-pictures.js';
import { notification } from '../../alerting/notification.js';
import type { OutboxMessage } from '../../alerting/outbox-message.js';
import { sampleChart, sampleDeviation } from '../../alerting/sample-alert.js';
import { SignedLinks } from '../../alerting/signed-links.js';
import type { Deviation } from '../../alerting/deviation.js';
import { WorkerChartDrawer } from '../../outbound/chart/worker-chart-drawer.js';
import { channelsOf } from '../../outbound/chat/channels.js';
import { Database } from '../../outbound/postgres/database.js';
import { noteSample } from '../../outbound/postgres/note-sample.js';
import type { RunReader } from '../../runs/run-reader.js';
import { type Environment, readSettings } from '../../settings/settings.js';
import { UserError } from '../user-error.js';

export interface TriedChannel {
  channel: string;
  sent: true;
  /** Ids that the service gave. */
  ids: string[];
  /**
   * Whether the service knows by its database that the channel takes messages: null where `DATABASE_URL` names none, else
   * true, or why not.
   */
  noted: true | string | null;
}

/** The sample is in no database: its picture is drawn from itself. */
class SamplePictures extends DeviationPictures {
  constructor(
    private readonly sample: Deviation,
    private readonly pen: ChartDrawer,
  ) {
    super({ find: async () => null }, undefined as unknown as RunReader, pen, () => undefined);
  }

  override draw(_id: string, theme: 'light' | 'dark'): Promise<Buffer | null> {
    return this.pen.draw(sampleChart(this.sample), theme);
  }
}

/** @throws UserError where there is no such channel, or the service does not take the message; SettingsError */
export async function tryChannel(name: string, environment: Environment, now = Date.now()): Promise<TriedChannel> {
  const { config, publicUrl, secret, databaseUrl } = readSettings(environment);
  const channels = config.channels ?? {};
  const settings = channels[name];
  if (settings === undefined) throw unknown(name, Object.keys(channels));
  const sample = sampleDeviation(now);
  const drawer = new WorkerChartDrawer();
  try {
    const tools = {
      links: new SignedLinks(publicUrl, secret),
      pictures: new SamplePictures(sample, drawer),
      clock: Date.now,
    };
    const [channel] = channelsOf({ [name]: settings }, tools);
    const message = notification(name, 'opened', { type: 'opened', deviation: sample }, { publicUrl }, now);
    const result = await channel!.send({ ...message, tries: 0, first: null });
    if (result.status === 'sent') {
      const noted = databaseUrl === null ? null : await note(databaseUrl, message);
      return { channel: name, sent: true, ids: result.receipt?.ids ?? [], noted };
    }
    const later = result.status === 'retry' ? 'the service would try again; here, try again yourself' : '';
    throw new UserError(`${name}: ${result.error}`, later || 'correct the channel in offcurve.yml (docs/alerts.md)');
  } finally {
    await drawer.close();
  }
}

/** The sample is out: a database that is away, or not yet of this version, is no failure of the channel. */
async function note(url: string, message: OutboxMessage): Promise<true | string> {
  const database = new Database({ url, connections: 1 });
  try {
    await noteSample(database, message, Date.now());
    return true;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await database.close();
  }
}

function unknown(name: string, known: string[]): UserError {
  return new UserError(
    `there is no channel "${name}"`,
    known.length > 0 ? `did you mean "${closest(name, known)}"?` : 'define it under channels in offcurve.yml',
  );
}
