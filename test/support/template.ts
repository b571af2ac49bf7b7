// What every test database is a copy of.
import { migrate } from '#src/records/migrate.ts';

/** Runs once a run, on an empty database. Nobody may be connected to it when this resolves. */
export async function prepareTemplate(ownerUrl: string, appUrl: string): Promise<void> {
  await migrate({ ownerUrl, appUrl });
}
