// Writes the next migration: what prisma/schema.prisma has and the migrations so far have not. `node scripts/migration.mjs NAME`
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as wasm from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { compiled } from './compiled.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SCHEMA = 'prisma/schema.prisma';
const CHAR_OID = 18;
const TEXT_OID = 25;

async function write(name) {
  const build = await compiled('outbound/postgres', 'runs');
  const { EmbeddedServer } = await import(join(build, 'outbound/postgres/embedded/embedded-server.js'));
  const { migrate } = await import(join(build, 'outbound/postgres/migrate.js'));
  const dataDir = mkdtempSync(join(tmpdir(), 'offcurve-migration-'));
  chmodSync(dataDir, 0o755);
  const server = await EmbeddedServer.start({ dataDir, fsync: false });
  try {
    await migrate(server.url);
    const sql = await difference(server.url);
    if (sql === null) {
      process.stdout.write('The migrations are all there is to the schema.\n');
      return 0;
    }
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = join(root, 'prisma/migrations', `${stamp}_${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'migration.sql'), sql);
    writeFileSync(join(root, 'prisma/migrations/migration_lock.toml'), 'provider = "postgresql"\n');
    process.stdout.write(`Wrote ${folder}/migration.sql: read it before you commit it.\n`);
    return 0;
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true });
  }
}

/** The SQL from the database as it is to the schema, by Prisma's schema engine in its WASM build; null where there is none. */
async function difference(url) {
  await startEngine();
  const content = readFileSync(join(root, SCHEMA), 'utf8');
  const files = [{ path: SCHEMA, content }];
  const pool = new CatalogPool({ connectionString: url, max: 1 });
  try {
    const engine = await wasm.SchemaEngine.new({ datamodels: [[SCHEMA, content]] }, () => undefined, adapterFor(pool));
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: root },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      shadowDatabaseUrl: null,
      exitCode: null,
      filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    });
    return stdout.trim() === '' || stdout.includes('This is an empty migration') ? null : stdout;
  } finally {
    await pool.end();
  }
}

async function startEngine() {
  const file = fileURLToPath(new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm')));
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': wasm });
  wasm.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => process.stderr.write(`${message}\n`) };
}

/** The catalog's type "char" is unknown to Prisma's adapter; the engine wants such columns as characters. */
class CatalogPool extends pg.Pool {
  characters = [];

  async query(...parameters) {
    const result = await super.query(...parameters);
    this.characters = [];
    result?.fields?.forEach((field, index) => {
      if (field.dataTypeID !== CHAR_OID) return;
      field.dataTypeID = TEXT_OID;
      this.characters.push(index);
    });
    return result;
  }
}

function adapterFor(pool) {
  const factory = new PrismaPg(pool, { disposeExternalPool: false });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const rows = await queryRaw(query);
      for (const index of pool.characters) rows.columnTypes[index] = ColumnTypeEnum.Character;
      return rows;
    };
    return adapter;
  };
  return bindMigrationAwareSqlAdapterFactory(factory);
}

const name = process.argv[2];
if (!/^[a-z0-9_]+$/.test(name ?? '')) {
  process.stderr.write('usage: node scripts/migration.mjs NAME   (small letters, digits and _)\n');
  process.exit(2);
}
process.exit(await write(name));
