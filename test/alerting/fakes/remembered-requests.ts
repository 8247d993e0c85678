// The requests that were carried out, kept in memory for as long as the test runs.
import { ChatRequests } from '../../../src/alerting/chat-requests.js';

export class RememberedRequests extends ChatRequests {
  private readonly known = new Map<string, 'others' | 'done'>();

  override claim = async (request: string) => {
    const standing = this.known.get(request);
    if (standing === undefined) this.known.set(request, 'others');
    return standing ?? ('ours' as const);
  };
  override done = async (request: string) => void this.known.set(request, 'done');
  override forget = async (request: string) => void this.known.delete(request);
}
