-- What citizens applied for at a relying party, and how it was decided. One application a citizen and site.
CREATE TABLE application (
  id uuid PRIMARY KEY,
  site text NOT NULL,
  subject text NOT NULL,
  applicant_name text NOT NULL,
  form jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('started', 'asked', 'decided', 'refused')),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX application_of ON application (site, subject, created_at DESC);
