// The environment, parsed once. Nothing else reads it.
import type { Policy } from './policy.ts';
import type { EncryptionKey, Secret } from './seal.ts';

export interface Config {
  port: number;
  /** What Twilio and browsers call, without a trailing slash. Signatures are checked against it, never against `Host`. */
  publicUrl: string;
  redisUrl: string;
  databaseUrl: string;
  /** Runs the migrations and grants; `databaseUrl` itself where only one is configured. */
  databaseOwnerUrl: string;
  allowUnsafePostgres: boolean;
  twilio: TwilioConfig;
  smtpUrl: Secret;
  mailFrom: string;
  directory: { url: string; token: Secret };
  /** First one writes, all read. */
  encryptionKeys: EncryptionKey[];
  brand: string;
  privacyUrl: string | null;
  timeZone: string;
  careCenterHours: string;
  metricsToken: Secret | null;
  logLevel: string;
  policy: Policy;
}

export interface TwilioConfig {
  accountSid: string;
  authToken: Secret;
  previousAuthToken: Secret | null;
  /** E.164, a short code or an alphanumeric name */
  smsFrom: string | null;
  /** `whatsapp:+62…` */
  whatsappFrom: string | null;
  messagingServiceSid: string | null;
  /** Whether people can answer our SMS. */
  smsTwoWay: boolean;
  /** without a trailing slash */
  apiUrl: string;
  whatsappButtons: boolean;
  /** Content SIDs of the approved authentication template, by language. */
  codeTemplates: { id: string | null; en: string | null };
}
