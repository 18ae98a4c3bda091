-- The browsers that a person has signed in with: each known to her alone by a mark that no other person's shares.
CREATE TABLE known_browser (
  person_id uuid NOT NULL REFERENCES person (id),
  mark bytea NOT NULL CHECK (octet_length(mark) = 32),
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, mark)
);

-- The organisations that know a person, and since when each knows her name; it keeps no word of what she did there.
CREATE TABLE acquaintance (
  person_id uuid NOT NULL REFERENCES person (id),
  client_id text NOT NULL,
  since timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  name_since timestamptz,
  PRIMARY KEY (person_id, client_id)
);
INSERT INTO acquaintance (person_id, client_id, since, last_at)
  SELECT person_id, client_id, min(visit.at), max(visit.at) FROM visit JOIN login ON login.id = login_id
  GROUP BY person_id, client_id;

CREATE INDEX login_history ON login (person_id, started_at DESC, id DESC);
DROP INDEX login_person;
