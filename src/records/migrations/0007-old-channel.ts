// The leg of the old channel, given later: by a code at an old contact point, or by a supervisor who restores an old value.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `alter table challenges
    add column change_id text,
    drop constraint challenges_purpose_check,
    add constraint challenges_purpose_check check (purpose in ('newValue', 'oldContact')),
    add constraint old_contact_has_a_change check ((purpose = 'oldContact') = (change_id is not null))`,

  `create table cancel_codes (
    code_hash text primary key,
    change_id text not null,
    created_at timestamptz not null default now()
  )`,
  'create index cancel_codes_by_change on cancel_codes (change_id)',
  `create table cancel_attempts (
    attempt_id text primary key,
    conversation text not null,
    found boolean not null,
    created_at timestamptz not null default now()
  )`,
  'create index cancel_attempts_by_conversation on cancel_attempts (conversation, created_at)',

  `alter table changes
    alter column challenge_id drop not null,
    add column restores text,
    add column approved_by text,
    add column approved_at timestamptz,
    drop constraint changes_state_check,
    add constraint changes_state_check
      check (state in ('approved', 'confirmed', 'held', 'applied', 'refused', 'cancelled')),
    add constraint approved_is_a_restoration check (
      (restores is null) = (approved_at is null) and (restores is null) = (approved_by is null)
      and (restores is null or held_until is null)
      and (state <> 'approved' or restores is not null)
    ),
    drop constraint applied_only_when_proved,
    -- security.md A1 and A14, whatever the program believes
    add constraint applied_only_when_proved check (
      state <> 'applied' or (
        applied_at is not null
        and cancelled_at is null
        and new_value_proved_at is not null
        and (
          (pin_ok_at is not null
            and (old_channel_proved_at is not null or (held_until is not null and applied_at >= held_until)))
          or (restores is not null and old_channel_proved_at is not null)
        )
      )
    )`,
  // A value is restored once.
  `create unique index changes_restoring on changes (restores)
    where restores is not null and state in ('approved', 'confirmed', 'applied')`,

  `create index pin_attempts_wrong_by_time on pin_attempts (created_at) where verdict = 'wrong'`,
  `create index pin_attempts_wrong_by_conversation on pin_attempts (conversation, created_at) where verdict = 'wrong'`,
];

export const oldChannel: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
