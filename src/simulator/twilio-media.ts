// The attachments that Twilio keeps: behind the account's credentials, and by a redirect to a storage that knows none.
import type { ServerResponse } from 'node:http';

export interface KeptFile {
  contentType: string;
  bytes: Buffer;
}

/** The smallest files that are what they say, for whoever attaches something without saying what is in it. */
const samples: Record<string, Buffer> = {
  'image/png': Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  'image/jpeg': Buffer.from(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
    'base64',
  ),
  'application/pdf': Buffer.from('%PDF-1.4\n%%EOF\n'),
};

export const sampleOf = (contentType: string): Buffer => samples[contentType] ?? Buffer.from(contentType);

const storagePath = '/stored-media';

export function createKeptMedia() {
  const files = new Map<string, KeptFile>();
  return {
    /** @param url  as the webhook is told */
    keep(url: string, file: KeptFile): void {
      files.set(new URL(url).pathname, file);
    },
    has: (path: string): boolean => files.has(path),
    remove(url: string): void {
      files.delete(new URL(url).pathname);
    },
    /** @returns false: it is no attachment that was asked for */
    serve(path: string, isAuthorised: boolean, authorization: string | undefined, response: ServerResponse): boolean {
      if (path.startsWith(storagePath)) {
        const file = files.get(path.slice(storagePath.length));
        // As S3 does: two ways to authorise are one too many.
        if (authorization !== undefined) response.writeHead(400).end();
        else if (file === undefined) response.writeHead(404).end();
        else response.writeHead(200, { 'content-type': file.contentType }).end(file.bytes);
        return true;
      }
      if (!/\/Media\/ME[0-9a-f]{32}$/.test(path)) return false;
      if (!isAuthorised) response.writeHead(401).end();
      else if (!files.has(path)) response.writeHead(404).end();
      else response.writeHead(307, { location: `${storagePath}${path}` }).end();
      return true;
    },
  };
}
