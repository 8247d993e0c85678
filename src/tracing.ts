// Sends traces to a collector by OTLP over HTTP, where OTEL_EXPORTER_OTLP_ENDPOINT names one; else nothing is loaded at all.
import type { Environment } from './settings/settings.js';

/** OpenTelemetry's own names; its exporter also reads headers, timeouts and certificates from the variables beside them. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

/** @returns what sends the last spans and ends it. */
export async function startTracing(environment: Environment, version: string): Promise<() => Promise<void>> {
  if (ENDPOINTS.every((name) => !environment[name])) return async () => undefined;
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': environment.OTEL_SERVICE_NAME || 'offcurve',
      'service.version': version,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return () => provider.shutdown();
}
