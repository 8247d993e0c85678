// A stand-in for the service in tests of the embedded server: starts it, says so, and ends as the service does.
// node service-child.mjs COMPILED_EMBEDDED_SERVER DATA_DIR PORT
import { pathToFileURL } from 'node:url';

const [file, dataDir, port] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const { EmbeddedServer } = await import(pathToFileURL(file).href);
try {
  const onRestart = (error) => say({ restarted: error === null, error: error?.message });
  const server = await EmbeddedServer.start({ dataDir, port: Number(port), onRestart });
  const stop = async () => {
    await server.stop();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  say({ url: server.url, folder: server.folder, notice: server.notice, port: server.port });
  setInterval(() => undefined, 60_000);
} catch (error) {
  say({ error: error.message, fix: error.fix });
  process.exitCode = 1;
}
