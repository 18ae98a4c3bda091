-- A case of an office. What it is stands in its events; the columns here are what queues ask for.
CREATE TABLE case_file (
  id      uuid PRIMARY KEY,
  office  text NOT NULL,
  type    text NOT NULL,
  unit    text NOT NULL CHECK (unit ~ '^0x[0-9a-f]{64}$'),
  stage   text NOT NULL,
  due_at  timestamptz,
  seq     integer NOT NULL CHECK (seq > 0)
);
CREATE INDEX case_queue ON case_file (office, stage, due_at);
CREATE INDEX case_unit ON case_file (unit);
CREATE INDEX case_work ON case_file (stage) WHERE stage IN ('checks', 'registration', 'returned');

-- Append-only. Commitments, keys and signatures; nothing here names a person.
CREATE TABLE case_event (
  case_id    uuid NOT NULL REFERENCES case_file (id),
  seq        integer NOT NULL CHECK (seq > 0),
  -- The command that made it; null where the office's own clockwork did.
  command_id uuid,
  -- SHA-256 of that command, so that its id is not used for another.
  command_hash bytea,
  name       text NOT NULL,
  data       jsonb NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_id, seq)
);
CREATE INDEX case_event_command ON case_event (case_id, command_id);

CREATE FUNCTION case_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the events of a case are append-only';
END $$;
CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE ON case_event
  FOR EACH ROW EXECUTE FUNCTION case_event_is_append_only();

-- States of units, whose hashes the title register holds: without them no title could change any more.
CREATE TABLE title_state (
  unit    text NOT NULL CHECK (unit ~ '^0x[0-9a-f]{64}$'),
  state   text NOT NULL CHECK (state ~ '^0x[0-9a-f]{54}$'),
  title   jsonb NOT NULL,
  PRIMARY KEY (unit, state)
);
