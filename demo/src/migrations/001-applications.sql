-- What citizens applied for at a relying party's site, and how it was decided. The newest of a citizen is the one shown.
CREATE TABLE application (
  id uuid PRIMARY KEY,
  site text NOT NULL,
  subject text NOT NULL,
  form jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'refused', 'consented', 'decided')),
  -- The consent with its tokens, sealed.
  consent text,
  results jsonb,
  decision jsonb,
  decided_at timestamptz,
  -- How the last request for data went.
  last_request jsonb,
  created_at timestamptz NOT NULL
);
CREATE INDEX application_newest ON application (site, subject, created_at DESC);
