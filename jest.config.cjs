// Four suites: unit (no server), e2e (real servers), long (benchmarks' companions, kills), data (needs OFFCURVE_TEST_DATA).
const swc = [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2023',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];
const base = {
  rootDir: __dirname,
  setupFilesAfterEnv: ['<rootDir>/test/servers/patience.cjs'],
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  transform: { '\\.(ts|js|mjs)$': swc },
  transformIgnorePatterns: [
    '/node_modules/(?!@nestjs/|@prisma/client/runtime/[^/]+\\.mjs$|pure-rand|standardwebhooks)',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.build/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
const servers = {
  globalSetup: '<rootDir>/test/servers/global-setup.mjs',
  globalTeardown: '<rootDir>/test/servers/global-teardown.mjs',
};
module.exports = {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['src', 'test', 'web/src'].map((folder) => `<rootDir>/${folder}/**/*.spec.ts`),
    },
    { ...base, ...servers, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'] },
    {
      ...base,
      ...servers,
      displayName: 'long',
      testMatch: ['<rootDir>/test/**/*.long-spec.ts', '<rootDir>/src/**/*.long-spec.ts'],
    },
    {
      ...base,
      displayName: 'data',
      testMatch: ['<rootDir>/test/**/*.data-spec.ts', '<rootDir>/src/**/*.data-spec.ts'],
    },
  ],
};
