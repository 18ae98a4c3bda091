-- Whether its maker vouched for a passkey, by FIDO's metadata of that day.
ALTER TABLE passkey ADD attested boolean NOT NULL DEFAULT false;
ALTER TABLE passkey ALTER attested DROP DEFAULT;

-- The newest BLOB of FIDO's metadata that was ever in force, by the root that it is signed under.
CREATE TABLE metadata_blob (
  root text PRIMARY KEY CHECK (root ~ '^[0-9a-f]{64}$'),
  no bigint NOT NULL,
  digest text NOT NULL,
  taken_at timestamptz NOT NULL
);
