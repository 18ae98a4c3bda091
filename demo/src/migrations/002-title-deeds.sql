-- Which signed-in person showed that a title is hers, by the number on her paper deed. A title has one claimant.
CREATE TABLE title_claim (
  deed_number text PRIMARY KEY,
  subject text NOT NULL,
  claimed_at timestamptz NOT NULL
);

-- Places in the status list; a place is never used twice, even when the transaction that took it fails.
CREATE SEQUENCE deed_status_index MINVALUE 0 START 0;

CREATE TABLE deed (
  id uuid PRIMARY KEY,
  deed_number text NOT NULL,
  subject text NOT NULL,
  status_index bigint NOT NULL UNIQUE,
  document text NOT NULL,
  salt bytea NOT NULL,
  -- Set once the ledger has taken the commitment.
  entry_id uuid,
  issued_at timestamptz NOT NULL,
  revoked_at timestamptz
);
-- A title has one valid deed at a time.
CREATE UNIQUE INDEX deed_in_force ON deed (deed_number) WHERE revoked_at IS NULL;
CREATE INDEX deed_of ON deed (subject, issued_at DESC);

-- Every version of the status list; the newest is in force. Each goes to the ledger, so that history can be told.
CREATE TABLE status_list (
  version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  list bytea NOT NULL,
  token text NOT NULL,
  salt bytea NOT NULL,
  entry_id uuid,
  made_at timestamptz NOT NULL
);
