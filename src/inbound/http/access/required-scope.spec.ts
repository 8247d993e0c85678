// Which scope a request needs, however its path is written.
import { requiredScope } from './required-scope.js';

it.each<[string, string, string | null]>([
  ['POST', '/v1/metrics', 'ingest'],
  ['POST', '/v1/runs', 'ingest'],
  ['POST', '/v1/plans', 'read'],
  ['POST', '/v1/runs/a/anything', 'operate'],
  ['POST', '/v1/deviations/x/resolve', 'operate'],
  ['PATCH', '/v1/runs/a', 'operate'],
  ['DELETE', '/v1/runs/a', 'operate'],
  ['PUT', '/v1/metrics', 'operate'],
  ['POST', '/nowhere', 'operate'],
  ['GET', '/v1/runs', 'read'],
  ['HEAD', '/v1/runs', 'read'],
  ['GET', '/metrics', 'read'],
  ['GET', '/api', 'read'],
  ['GET', '/api-json', 'read'],
  ['GET', '/V1/runs', 'read'],
  ['GET', '//v1//runs', 'read'],
  ['GET', '/%76%31/runs', 'read'],
  ['GET', '/./v1/runs', 'read'],
  ['GET', '/', null],
  ['GET', '/runs/a', null],
  ['GET', '/assets/index.js', null],
  ['GET', '/health/ready', null],
  ['POST', '/chat/slack', null],
])('%s %s needs %p', (method, path, scope) => expect(requiredScope(method, path)).toBe(scope));
