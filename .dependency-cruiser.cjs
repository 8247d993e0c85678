// The house's arrows: core knows nothing, capabilities know core, the edges know capabilities, the wiring knows all.
const only = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: '\\.(spec|long-spec|data-spec)\\.ts$' },
  to: { path: '^src/', pathNot: to },
});
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'An import circle crashes ESM with decorators at start-up.',
      from: {},
      to: { circular: true },
    },
    only('core-alone', '^src/core/', '^src/core/', 'The numeric core imports nothing outside itself.'),
    {
      name: 'core-no-framework',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: 'node_modules/(@nestjs|@prisma|kafkajs|pg|socket\\.io|pino|zod|rxjs)' },
    },
    only('runs', '^src/runs/', '^src/(core|runs)/', 'runs is what all capabilities speak of.'),
    only(
      'capabilities',
      '^src/(forecast|alerting|planning)/',
      '^src/(core|runs|forecast|alerting|planning)/',
      'Capabilities do not know the edges.',
    ),
    only('watch', '^src/watch/', '^src/(core|runs|forecast|alerting|planning|watch)/', 'watch is the top capability.'),
    only(
      'inbound',
      '^src/inbound/',
      '^src/(core|runs|forecast|alerting|planning|watch|settings|inbound)/',
      'inbound never imports outbound.',
    ),
    only(
      'outbound',
      '^src/outbound/',
      '^src/(core|runs|forecast|alerting|planning|watch|settings|outbound)/',
      'outbound never imports inbound.',
    ),
    only('settings', '^src/settings/', '^src/(settings|core)/', 'settings stand alone.'),
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: '\\.d\\.ts$|\\.(spec|long-spec|data-spec)\\.ts$|^src/main\\.ts$',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'src/outbound/postgres/prisma-client|\\.(spec|long-spec|data-spec)\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
