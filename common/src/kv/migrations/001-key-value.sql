-- Short-lived values. UNLOGGED would lose them on a crash: a lost replay marker is a double use, so it is logged.
CREATE TABLE key_value (
  key text PRIMARY KEY,
  value text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX key_value_expiry ON key_value (expires_at);
