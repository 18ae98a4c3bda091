-- Who has no card is enrolled at a counter: a clerk with her agency's card checked her papers, for `high` a second clerk with
-- another card too. What she enrols with the code hangs on this. The code itself is known by a keyed hash alone.
CREATE TABLE counter_enrolment (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id),
  agency text NOT NULL,
  documents text[] NOT NULL CHECK (cardinality(documents) BETWEEN 1 AND 10),
  acr text NOT NULL CHECK (acr IN ('substantial', 'high')),
  clerk_certificate uuid NOT NULL REFERENCES card_certificate (id),
  second_certificate uuid REFERENCES card_certificate (id),
  code_hash bytea NOT NULL UNIQUE CHECK (octet_length(code_hash) = 32),
  state text NOT NULL CHECK (state IN ('awaiting', 'open', 'redeemed', 'used', 'withdrawn')),
  attempts integer NOT NULL DEFAULT 0,
  made_at timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  redeemed_at timestamptz,
  CONSTRAINT two_clerks CHECK (second_certificate <> clerk_certificate),
  CONSTRAINT high_needs_two
    CHECK (acr <> 'high' OR second_certificate IS NOT NULL OR state IN ('awaiting', 'withdrawn'))
);
CREATE INDEX counter_enrolment_agency ON counter_enrolment (agency, made_at DESC);
CREATE INDEX counter_enrolment_person ON counter_enrolment (person_id);

ALTER TABLE passkey ALTER certificate_id DROP NOT NULL;
ALTER TABLE passkey ADD counter_enrolment_id uuid REFERENCES counter_enrolment (id);
ALTER TABLE passkey ADD CONSTRAINT one_origin CHECK ((certificate_id IS NULL) <> (counter_enrolment_id IS NULL));

ALTER TABLE login ALTER certificate_id DROP NOT NULL;
ALTER TABLE login ADD CONSTRAINT hangs_on_something CHECK (certificate_id IS NOT NULL OR passkey_id IS NOT NULL);
