-- Who a citizen is for each relying party: the subject that the identity provider told for that party.
CREATE TABLE subject (
  account text NOT NULL,
  client_id text NOT NULL,
  subject text NOT NULL,
  PRIMARY KEY (account, client_id)
);

-- One consent: what was asked and, once she decided, what was granted. `state` follows from the events.
CREATE TABLE consent (
  id uuid PRIMARY KEY,
  interaction text NOT NULL UNIQUE,
  client_id text NOT NULL,
  account text NOT NULL,
  subject text NOT NULL,
  purpose text NOT NULL,
  purpose_version integer NOT NULL,
  catalogue_version text NOT NULL,
  requested jsonb NOT NULL,
  granted jsonb,
  state text NOT NULL CHECK (state IN ('requested', 'granted', 'refused', 'withdrawn', 'expired', 'used')),
  requested_at timestamptz NOT NULL,
  decided_at timestamptz,
  ended_at timestamptz,
  expires_at timestamptz NOT NULL,
  grant_id text UNIQUE,
  envelope_grant_id text,
  consent_hash text,
  CHECK ((state IN ('granted', 'withdrawn', 'used')) <= (granted IS NOT NULL AND grant_id IS NOT NULL))
);
CREATE INDEX consent_account ON consent (account, requested_at DESC);
CREATE INDEX consent_due ON consent (expires_at) WHERE state IN ('requested', 'granted');

CREATE TABLE consent_event (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  consent_id uuid NOT NULL REFERENCES consent,
  type text NOT NULL CHECK (type IN ('requested', 'granted', 'refused', 'withdrawn', 'expired', 'used')),
  at timestamptz NOT NULL,
  document text
);
CREATE INDEX consent_event_consent ON consent_event (consent_id, seq);

-- One row per dataset asked for at the gateway, written before any data can leave; refusals too.
CREATE TABLE access_record (
  id uuid PRIMARY KEY,
  release_id uuid NOT NULL,
  consent_id uuid REFERENCES consent,
  client_id text NOT NULL,
  provider text,
  dataset text,
  fields jsonb NOT NULL,
  purpose text,
  decision text NOT NULL CHECK (decision IN ('allowed', 'refused')),
  code text,
  at timestamptz NOT NULL,
  document text NOT NULL
);
CREATE INDEX access_record_use ON access_record (consent_id, dataset, at DESC) WHERE decision = 'allowed';
CREATE INDEX access_record_consent ON access_record (consent_id, at DESC);

CREATE TABLE access_outcome (
  access_id uuid PRIMARY KEY REFERENCES access_record,
  outcome text NOT NULL CHECK (outcome IN ('delivered', 'failed')),
  code text,
  at timestamptz NOT NULL
);

-- The salted commitment of a receipt or an access record, on its way to the ledger.
CREATE TABLE attestation (
  document_id uuid PRIMARY KEY,
  type text NOT NULL CHECK (type IN ('consent', 'access')),
  salt_seed bytea NOT NULL,
  commitment text NOT NULL,
  entry_id uuid,
  entry_index bigint,
  entry_state text,
  created_at timestamptz NOT NULL
);
CREATE INDEX attestation_open ON attestation (created_at) WHERE entry_state IS DISTINCT FROM 'final';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON consent_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON access_record FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON access_outcome FOR EACH ROW EXECUTE FUNCTION refuse_change();
