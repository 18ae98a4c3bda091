-- She lost her ways in and got a new passkey at a counter or by another passkey. While this cools off the new one opens less,
-- the others are suspended by it, and whoever holds one of them can cancel it.
CREATE TABLE recovery (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  passkey_id uuid NOT NULL UNIQUE REFERENCES passkey (id),
  way text NOT NULL CHECK (way IN ('counter', 'passkey')),
  begun_at timestamptz NOT NULL,
  cooling_until timestamptz NOT NULL,
  cancelled_at timestamptz
);
CREATE INDEX recovery_person ON recovery (person_id, cooling_until);
ALTER TABLE passkey ADD recovery_id uuid REFERENCES recovery (id);
