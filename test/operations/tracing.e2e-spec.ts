// Traces of a batch's way, as a collector receives them; nothing is sent where no collector is named.
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serviceProcess } from '../web/service-process.js';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}
interface Export {
  resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[];
}

let collector: Server;
const received: { path: string; body: Export }[] = [];
beforeAll(async () => {
  collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ path: request.url!, body: JSON.parse(Buffer.concat(parts).toString()) });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
});
afterAll(() => collector.close());

async function sendOne(environment: Record<string, string>): Promise<void> {
  const service = await serviceProcess(undefined, environment);
  await service.send('metrics', [{ run: 'a', step: 1, metrics: { loss: 2 } }]);
  await service.stop();
}

it('sends nothing by default', async () => {
  await sendOne({});
  expect(received).toEqual([]);
});

it('sends a span for the batch and one for each part of its way, before the service ends', async () => {
  const { port } = collector.address() as AddressInfo;
  await sendOne({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  expect(received.map(({ path }) => path)).toContain('/v1/traces');
  const parts = received.flatMap(({ body }) => body.resourceSpans);
  expect(parts[0]!.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'offcurve' } });
  const spans = parts.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans: some }) => some));
  const batch = spans.find(({ name }) => name === 'batch')!;
  expect(batch.attributes).toContainEqual({ key: 'offcurve.items', value: { intValue: 1 } });
  for (const name of ['load', 'judge', 'commit'])
    expect(spans.find((span) => span.name === name)).toMatchObject({
      traceId: batch.traceId,
      parentSpanId: batch.spanId,
    });
});
