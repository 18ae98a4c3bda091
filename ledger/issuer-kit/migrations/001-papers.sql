-- The papers that offices of this database issued. A paper is in force while it is valid or suspended.
CREATE TABLE paper (
  id uuid PRIMARY KEY,
  issuer text NOT NULL,
  type text NOT NULL,
  number text NOT NULL,
  -- For whom it was issued, as the office's own sign-in names her; nobody for papers handed out over a counter.
  subject text,
  status text NOT NULL CHECK (status IN ('valid', 'suspended', 'revoked', 'superseded')),
  status_index bigint NOT NULL,
  document text NOT NULL,
  salt bytea NOT NULL,
  -- SHA-256 of the document's signed part, base64url: what its QR code names it by.
  fingerprint text NOT NULL UNIQUE,
  -- Set once the ledger has taken the commitment.
  entry_id uuid,
  issued_at timestamptz NOT NULL,
  UNIQUE (issuer, status_index)
);
CREATE UNIQUE INDEX paper_in_force ON paper (issuer, type, number) WHERE status IN ('valid', 'suspended');
CREATE INDEX paper_of ON paper (issuer, subject, issued_at DESC);

-- Who did what to a paper, when and why. Only ever added to.
CREATE TABLE paper_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  paper uuid NOT NULL REFERENCES paper (id),
  status text NOT NULL,
  reason text NOT NULL,
  staff text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX paper_event_of ON paper_event (paper, id);

-- Places in the status list that a paper has or had; a place is never used twice.
CREATE TABLE status_place (
  issuer text NOT NULL,
  index bigint NOT NULL,
  PRIMARY KEY (issuer, index)
);

-- Every version of each office's status list; the newest is in force. Each goes to the ledger, so that history can be told.
CREATE TABLE paper_status_list (
  version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  issuer text NOT NULL,
  list bytea NOT NULL,
  token text NOT NULL,
  salt bytea NOT NULL,
  entry_id uuid,
  made_at timestamptz NOT NULL
);
CREATE INDEX paper_status_list_of ON paper_status_list (issuer, version DESC);

CREATE FUNCTION paper_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was done to a paper is not rewritten';
END $$;
CREATE TRIGGER paper_event_kept BEFORE UPDATE OR DELETE ON paper_event
  FOR EACH ROW EXECUTE FUNCTION paper_event_is_kept();
