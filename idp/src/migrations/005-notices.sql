-- What she is told about her own account: codes and ids of records, put into words when they are shown.
CREATE TABLE notice (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  at timestamptz NOT NULL,
  kind text NOT NULL,
  detail jsonb NOT NULL,
  seen_at timestamptz
);
CREATE INDEX notice_person ON notice (person_id, at DESC);

-- Ways in and reasons for an end are one list each, in the code that writes them; a second list here would only lag behind.
ALTER TABLE login DROP CONSTRAINT login_method_check;
ALTER TABLE login DROP CONSTRAINT login_end_reason_check;
