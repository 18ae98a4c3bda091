-- What witnesses signed: one line of the note for each witness and checkpoint.
CREATE TABLE cosignature (
  size    bigint NOT NULL REFERENCES checkpoint (size),
  -- The witness's verifier key, name and all: another key under the same name is another witness.
  witness text NOT NULL,
  line    text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (size, witness)
);
CREATE INDEX cosignature_newest ON cosignature (witness, size);
