// Brings a Grafana to have our dashboards: what is there already stays as it is, what people changed is not lost unasked.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { FoundDashboard, GrafanaClient } from './grafana-client.js';
import { GrafanaError } from './grafana-error.js';
import type { SavedBoard } from './saved-dashboards.js';

export interface PushedDashboard {
  uid: string;
  title: string;
  /** `kept`: left as it is, for the reason given. */
  status: 'created' | 'updated' | 'unchanged' | 'kept';
  reason: string | null;
}

/** Begins the message of each version that a push saved. */
const SIGNATURE = 'offcurve push';

/** The uid of the folder with the title, made where there is none. @throws GrafanaError */
export async function folderNamed(grafana: GrafanaClient, title: string, uid?: string): Promise<string> {
  const find = async () => (await grafana.folders()).find((folder) => folder.title === title)?.uid;
  const there = await find();
  if (there !== undefined) return there;
  try {
    return (await grafana.createFolder({ title, ...(uid && { uid }) })).uid;
  } catch (error) {
    // Made by somebody else a moment ago, or ours under a title of their own.
    if (!(error instanceof GrafanaError) || (error.status !== 409 && error.status !== 412)) throw error;
    const now = (await find()) ?? (await grafana.folders()).find((folder) => folder.uid === uid)?.uid;
    if (now === undefined) throw error;
    return now;
  }
}

/**
 * Saves one dashboard under its uid. One that a person saved since the last push is kept unless `overwrite`; so is one that
 * changes between being read and being written. The history's message tells whose the newest version is, with a digest of
 * what was pushed: Grafana may rewrite a dashboard's JSON when it reads it.
 *
 * @throws GrafanaError
 */
export async function pushDashboard(
  grafana: GrafanaClient,
  board: SavedBoard,
  folderUid: string,
  overwrite: boolean,
): Promise<PushedDashboard> {
  const message = `${SIGNATURE} ${digest(board)}`;
  const result = (status: PushedDashboard['status'], reason: string | null = null): PushedDashboard => ({
    ...{ uid: board.uid, title: board.title, status, reason },
  });
  const there = await grafana.dashboard(board.uid);
  if (there?.meta.provisioned) return result('kept', 'Grafana reads it from files: change it there');
  if (there) {
    const newest = await grafana.newestMessage(board.uid);
    const inPlace = there.meta.folderUid === folderUid;
    if (inPlace && (newest === message || sameContent(there, board))) return result('unchanged');
    const ours = newest?.startsWith(SIGNATURE) || sameContent(there, board);
    if (!ours && !overwrite) return result('kept', 'it was changed in Grafana: --overwrite replaces it');
  }
  const dashboard = there ? { ...board, version: there.dashboard.version } : { ...board, id: null };
  try {
    await grafana.saveDashboard({ dashboard, folderUid, message, overwrite });
  } catch (error) {
    if (error instanceof GrafanaError && error.status === 412 && error.reason === 'version-mismatch')
      return result('kept', 'it was changed in Grafana at this moment: push again, or --overwrite');
    throw error;
  }
  return result(there ? 'updated' : 'created');
}

const digest = (board: object): string => createHash('sha256').update(JSON.stringify(board)).digest('hex').slice(0, 16);

function sameContent({ dashboard }: FoundDashboard, board: SavedBoard): boolean {
  const bare = (one: object): object => ({ ...one, id: null, version: null });
  return isDeepStrictEqual(bare(dashboard), bare(board));
}
