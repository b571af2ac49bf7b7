import { createHttpDirectory } from '#src/participants/http-directory.ts';
import { createSampleDirectory } from '#src/participants/sample-directory.ts';
import { createSampleMemory } from '#src/participants/sample-file.ts';
import { hide } from '#src/seal.ts';
import { startDirectoryServer } from '#src/simulator/directory-server.ts';
import { contractStart, describeDirectory } from './directory.contract.ts';

const clock = { now: () => contractStart };
const token = hide('contract-token');

const openSample = () => createSampleDirectory({ store: createSampleMemory(), clock });

describeDirectory('the sample directory', async () => {
  const directory = await openSample();
  return { directory, passTime: directory.passTime, stop: async () => {} };
});

describeDirectory('the HTTP adapter and a real server', async () => {
  const sample = await openSample();
  const server = await startDirectoryServer({ directory: sample, token });
  const directory = createHttpDirectory({ url: server.url, token, budgetMs: 3_000, clock });
  return { directory, passTime: sample.passTime, stop: server.stop };
});
