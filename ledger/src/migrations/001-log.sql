-- One row per submitted entry. Nothing personal: type, issuer, salted commitment.
CREATE TABLE entry (
  id          uuid PRIMARY KEY,
  type        text NOT NULL CHECK (type IN ('consent', 'access', 'credential', 'status-list', 'register')),
  issuer      text NOT NULL,
  commitment  bytea NOT NULL CHECK (octet_length(commitment) = 32),
  accepted_at timestamptz NOT NULL DEFAULT now(),
  leaf_index  bigint UNIQUE CHECK (leaf_index >= 0),
  UNIQUE (issuer, commitment)
);
CREATE INDEX entry_pending ON entry (id) WHERE leaf_index IS NULL;

-- An entry is never changed or removed; it only gets its place, once.
CREATE FUNCTION entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.leaf_index IS NOT NULL
     OR (NEW.id, NEW.type, NEW.issuer, NEW.commitment, NEW.accepted_at)
        IS DISTINCT FROM (OLD.id, OLD.type, OLD.issuer, OLD.commitment, OLD.accepted_at) THEN
    RAISE EXCEPTION 'log entries are append-only';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON entry
  FOR EACH ROW EXECUTE FUNCTION entry_is_append_only();

-- Hash tiles (C2SP tlog-tiles); the rightmost of each level grows until it holds 256 hashes.
CREATE TABLE tile (
  level    smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
  position bigint NOT NULL CHECK (position >= 0),
  hashes   bytea NOT NULL CHECK (octet_length(hashes) % 32 = 0 AND octet_length(hashes) BETWEEN 32 AND 8192),
  PRIMARY KEY (level, position)
);

-- Every checkpoint ever signed: one root for a size.
CREATE TABLE checkpoint (
  size       bigint PRIMARY KEY CHECK (size >= 0),
  root       bytea NOT NULL CHECK (octet_length(root) = 32),
  note       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The head of the log. Its row lock makes one sequencer at a time: whoever holds it dies, another takes over.
CREATE TABLE log_head (
  only_one       boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  origin         text NOT NULL,
  verifier_key   text NOT NULL,
  size           bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
  published_size bigint CHECK (published_size <= size)
);
