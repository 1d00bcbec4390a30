import type { Migration } from './migration.ts';

/**
 * The first schema. Clear columns hold no person: whatever names one travels in `body`, `payload`, `detail`
 * and `raw`, encrypted under its subject. `written_by` is the token of the batch that last wrote the row.
 */
export const foundation: Migration = {
  number: 1,
  name: 'foundation',
  oldestProgram: '0.1.0',
  statements: [
    `create table subject (
       id text not null primary key, kind text not null, ref text not null, salt text, epoch bigint not null,
       created_at bigint not null, purge_after bigint, purged_at bigint,
       hold_reason text, hold_by text, hold_at bigint) {clustered}`,
    `create index subject_ref on subject (ref)`,
    `create index subject_due on subject (purge_after) where purge_after is not null and purged_at is null`,
    `create index subject_ageless on subject (kind, id) where kind <> 'dossier' and purge_after is null and purged_at is null`,
    `create index subject_epoch on subject (epoch) where purged_at is null`,
    `create table blind_index (hash text not null, subject text not null, primary key (hash, subject)) {clustered}`,
    `create index blind_index_subject on blind_index (subject)`,

    `create table dossier (
       code text not null primary key, subject text not null, revision bigint, updated_at bigint not null,
       content_mac text not null, version bigint not null, national_code text, status text not null, channel text not null,
       level text, agency text not null, procedure text not null, field text, received_at bigint, due_at bigint,
       closed_at bigint, changed_at bigint not null, step_keys text not null, withdrawn bigint not null default 0, written_by text not null)`,
    // What was handed over, one row a version, never changed: attempts name the version that they sent.
    `create table dossier_body (
       code text not null, version bigint not null, at bigint not null, body text not null, primary key (code, version))`,
    `create index dossier_changed on dossier (changed_at, code)`,
    `create index dossier_national_code on dossier (national_code) where national_code is not null`,

    `create table stream (
       id text not null primary key, system text not null, key text not null, lane text not null,
       next_seq bigint not null, desired_version bigint not null, sent_version bigint not null default 0,
       sent_at bigint, due_at bigint, owner text, epoch bigint not null default 0, lease_until bigint not null default 0,
       quiet_until bigint not null default 0, read_back bigint not null default 0, suspect bigint not null default 0,
       parked_reason text, parked_by text, parked_at bigint, parked_until bigint, written_by text not null) {clustered}`,
    `create index stream_due on stream (lane, due_at) where due_at is not null and parked_reason is null and owner is null`,
    `create index stream_held on stream (owner) where owner is not null`,
    `create index stream_parked on stream (lane) where parked_reason is not null`,

    `create table exchange (
       id text not null, stream text not null, seq bigint not null, operation text not null, collapses bigint not null,
       version bigint, part text, subject text, payload_hash text, state text not null, cause text,
       attempts bigint not null default 0, tried_ms bigint not null default 0, due_at bigint, accepted_at bigint not null,
       accepted_by text not null, settled_at bigint, superseded_by text, primary key (stream, seq)) {clustered}`,
    // Apart, because a row is written again for each state that its exchange enters, and a payload only once.
    `create table exchange_payload (exchange text not null primary key, payload text not null) {clustered}`,
    `create unique index exchange_id on exchange (id)`,
    `create index exchange_failing on exchange (state, id) where state in ('retrying', 'uncertain', 'rejected', 'dead')`,

    `create table call (
       id text not null primary key, lane text not null, operation text not null, purpose text not null, owner text not null,
       items bigint not null, started_at bigint not null, ended_at bigint, outcome text, subject text, raw text) {clustered}`,
    `create index call_open on call (lane) where ended_at is null`,
    `create table attempt (
       exchange text not null, n bigint not null, call text not null, epoch bigint not null, started_at bigint not null,
       ended_at bigint, version bigint, outcome text, code text, detail text, primary key (exchange, n)) {clustered}`,

    `create table lane (
       name text not null primary key, system text not null, class text not null, rate double precision not null,
       policy_rate double precision not null, burst double precision not null, tokens double precision not null,
       refilled_at bigint not null, max_open bigint not null, not_before bigint not null default 0,
       breaker text not null default 'closed', opened_at bigint, open_until bigint not null default 0,
       open_ms bigint not null default 0, breaker_cause text, login_refusals bigint not null default 0,
       paused_by text, paused_reason text, paused_at bigint, paused_until bigint, written_by text)`,

    `create table inbound (
       id text not null primary key, system text not null, path text not null, seq bigint not null, type text not null,
       ref text, verifier text not null, subject text not null, raw text, state text not null, received_at bigint not null,
       acted_at bigint, repeats bigint not null default 0, written_by text not null) {clustered}`,
    // The newest message of each reference: what an arrival is compared with, and where it gets its number.
    `create table inbound_head (
       id text not null primary key, digest text not null, inbound text not null, seq bigint not null, written_by text not null) {clustered}`,
    `create unique index inbound_head_inbound on inbound_head (inbound)`,
    `create index inbound_open on inbound (state, id) where state <> 'acted'`,
    `create table national_dossier (
       national_code text not null primary key, subject text not null, inbound text not null, inbound_seq bigint not null, version bigint not null,
       dossier_code text, procedure text, agency text, received_at bigint not null, changed_at bigint not null,
       acknowledged_at bigint, acknowledged_by text, written_by text not null, body text)`,
    `create index national_dossier_changed on national_dossier (changed_at, national_code)`,

    `create table event (
       id text not null primary key, type text not null, system text, ref text not null, data text not null, at bigint not null,
       position bigint) {clustered}`,
    `create unique index event_position on event (position) where position is not null`,
    `create index event_unplaced on event (id) where position is null`,
    `create table subscription (
       id text not null primary key, url text not null, types text not null, subject text not null, secrets text not null,
       position bigint not null, created_at bigint not null, created_by text not null, ended_at bigint, written_by text not null)`,

    `create table idempotency (
       principal text not null, route text not null, key text not null, request_mac text not null, owner text not null,
       resource text, status bigint, answer text, started_at bigint not null, expires_at bigint not null,
       primary key (principal, route, key)) {clustered}`,
    `create index idempotency_expiry on idempotency (expires_at)`,

    `create table principal (
       id text not null primary key, kind text not null, name text not null, role text not null, created_at bigint not null,
       created_by text not null, revoked_at bigint)`,
    `create table api_key (
       id text not null primary key, principal text not null, hash text not null, hint text not null, test bigint not null default 0,
       created_at bigint not null, created_by text not null, expires_at bigint, revoked_at bigint, rate_per_second double precision)`,
    `create unique index api_key_hash on api_key (hash)`,

    `create table replay (
       id text not null primary key, filter text not null, state text not null, reason text not null, rate_per_second double precision not null,
       matched bigint not null, done bigint not null default 0, skipped bigint not null default 0, position text,
       created_at bigint not null, created_by text not null, approved_by text, approved_at bigint, stopped_by text,
       ended_at bigint, written_by text)`,

    `create table journal (
       id text not null primary key, ref text not null, from_state text, to_state text not null, actor text not null,
       at bigint not null, payload_hash text, seal bigint, position bigint) {clustered}`,
    `create unique index journal_position on journal (position) where position is not null`,
    `create index journal_unplaced on journal (at, id) where position is null`,
    `create table seal (
       n bigint not null primary key, first bigint not null, last bigint not null, prev text not null, leaves text not null,
       root text not null, signed_at bigint not null, signature text not null, public_key text not null)`,
    `create table lease (name text not null primary key, owner text not null, epoch bigint not null, until bigint not null)`,

    `create table unit (
       code text not null, valid_from text not null, valid_to text, name text not null, kind text not null, level text not null,
       province text not null, district text, parent text, gso_code text, primary key (code, valid_from))`,
    `create table procedure_entry (
       code text not null, valid_from text not null, valid_to text, name text not null, field_code text, field_name text,
       level text, primary key (code, valid_from))`,
    `create table catalogue_entry (
       kind text not null, code text not null, name text not null, detail text not null, fetched_at bigint not null,
       written_by text not null, primary key (kind, code))`,
    `create table catalogue_state (kind text not null primary key, fetched_at bigint, tried_at bigint, outcome text)`,
    `create table meta (key text not null primary key, value text not null)`,
  ],
};
