// A Teams workflow's webhook: https://learn.microsoft.com/en-us/connectors/teams/, cards by https://adaptivecards.io/explorer/
import { type FakeAnswer, type FakeRequest, FakeService, jsonOf } from './fake-service.js';

interface Element {
  type: string;
  text?: string;
  url?: string;
  title?: string;
  facts?: { title: string; value: string }[];
}
export interface TeamsCard {
  type: string;
  version: string;
  body: Element[];
  actions?: Element[];
}
interface TeamsPost {
  type?: string;
  attachments?: { contentType: string; content: TeamsCard }[];
}

const LARGEST = 28_672;
const error = (status: number, code: string): FakeAnswer => ({ status, body: { error: { code, message: code } } });

export class FakeTeams extends FakeService {
  protected override readonly limits = [{ most: 4, perMs: 1_000 }];
  readonly cards: TeamsCard[] = [];
  /** Somebody removed the workflow. */
  removed = false;

  hook(): string {
    return `${this.url}/workflows/abc/triggers/manual/paths/invoke?sig=secret`;
  }

  protected tooMany(seconds: number): FakeAnswer {
    return { ...error(429, 'WorkflowRunActionsThrottled'), headers: { 'retry-after': String(seconds) } };
  }

  protected answer(request: FakeRequest): FakeAnswer {
    if (request.query.get('sig') !== 'secret') return error(401, 'DirectApiAuthorizationRequired');
    if (this.removed) return error(404, 'WorkflowNotFound');
    if (request.body.length > LARGEST) return error(413, 'RequestEntityTooLarge');
    const post = jsonOf<TeamsPost>(request);
    const card = post?.attachments?.[0];
    if (post?.type !== 'message' || card?.contentType !== 'application/vnd.microsoft.card.adaptive')
      return error(400, 'TriggerInputSchemaMismatch');
    if (!isCard(card.content)) return error(400, 'InvalidAdaptiveCard');
    this.cards.push(card.content);
    return { status: 202 };
  }
}

function isCard({ type, version, body, actions = [] }: TeamsCard): boolean {
  const absolute = (url: string | undefined): boolean => /^https?:\/\/\S+$/.test(url ?? '');
  const isElement = ({ type: kind, text, url, facts }: Element): boolean =>
    (kind === 'TextBlock' && typeof text === 'string') ||
    (kind === 'Image' && absolute(url)) ||
    (kind === 'FactSet' &&
      (facts ?? []).every(({ title, value }) => typeof title === 'string' && typeof value === 'string'));
  // Teams shows at most six actions in a card.
  const areActions = actions.length <= 6 && actions.every((one) => one.type === 'Action.OpenUrl' && absolute(one.url));
  return type === 'AdaptiveCard' && Number(version) <= 1.5 && body.every(isElement) && areActions;
}
