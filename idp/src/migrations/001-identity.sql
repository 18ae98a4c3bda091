-- A person. The id is random; the national ID stands here once, encrypted, and is found by a keyed hash of it.
CREATE TABLE person (
  id uuid PRIMARY KEY,
  national_id_index bytea NOT NULL UNIQUE CHECK (octet_length(national_id_index) = 32),
  national_id_sealed bytea NOT NULL,
  name_sealed bytea NOT NULL,
  webauthn_user_id bytea NOT NULL UNIQUE CHECK (octet_length(webauthn_user_id) = 32),
  state text NOT NULL DEFAULT 'living' CHECK (state IN ('living', 'deceased')),
  created_at timestamptz NOT NULL
);

CREATE TABLE card_certificate (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  authority text NOT NULL CHECK (authority ~ '^[0-9a-f]{64}$'),
  serial text NOT NULL CHECK (serial ~ '^[0-9A-F]{1,64}$'),
  fingerprint text NOT NULL UNIQUE CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'revoked')),
  not_after timestamptz NOT NULL,
  first_used_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  revoked_at timestamptz,
  UNIQUE (authority, serial)
);
CREATE INDEX card_certificate_person ON card_certificate (person_id);

-- A passkey hangs on the certificate it was enrolled under, and is never worth more than that login.
CREATE TABLE passkey (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  certificate_id uuid NOT NULL REFERENCES card_certificate (id),
  credential_id bytea NOT NULL UNIQUE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL CHECK (counter >= 0),
  transports text[] NOT NULL,
  device_bound boolean NOT NULL,
  backed_up boolean NOT NULL,
  aaguid uuid NOT NULL,
  acr text NOT NULL CHECK (acr IN ('low', 'substantial', 'high')),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'removed')),
  created_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE INDEX passkey_person ON passkey (person_id);
CREATE INDEX passkey_certificate ON passkey (certificate_id);

-- One authentication of a person in one browser, and the session that it opened.
CREATE TABLE login (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  method text NOT NULL CHECK (method IN ('card', 'passkey')),
  certificate_id uuid NOT NULL REFERENCES card_certificate (id),
  passkey_id uuid REFERENCES passkey (id),
  acr text NOT NULL CHECK (acr IN ('low', 'substantial', 'high')),
  amr text[] NOT NULL,
  browser text NOT NULL,
  started_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text CHECK (end_reason IN ('logout', 'ended-by-person', 'card-revoked', 'passkey-removed', 'replaced')),
  provider_session text,
  CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
  CHECK ((method = 'passkey') = (passkey_id IS NOT NULL))
);
CREATE INDEX login_person ON login (person_id, started_at DESC);
CREATE INDEX login_certificate ON login (certificate_id) WHERE ended_at IS NULL;
CREATE INDEX login_provider_session ON login (provider_session) WHERE ended_at IS NULL;

-- Which organisations a login was used at.
CREATE TABLE visit (
  login_id uuid NOT NULL REFERENCES login (id),
  client_id text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (login_id, client_id)
);

CREATE TABLE envelope_grant (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  broker text NOT NULL,
  consent_id uuid NOT NULL,
  consent_hash text NOT NULL,
  providers text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  deleted_at timestamptz,
  UNIQUE (broker, consent_id)
);

-- What happened, by codes and ids of records alone. Nothing here is ever changed or removed.
CREATE TABLE audit_event (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  person_id uuid REFERENCES person (id),
  kind text NOT NULL,
  detail jsonb NOT NULL
);
CREATE INDEX audit_event_person ON audit_event (person_id, at DESC);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
