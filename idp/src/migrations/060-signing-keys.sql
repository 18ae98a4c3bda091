-- The keys that ID tokens are signed with, the same for all processes of the service. Private parts are sealed under a key that
-- the database does not hold; a key that is gone has no row.
CREATE TABLE signing_key (
  kid text PRIMARY KEY,
  alg text NOT NULL,
  state text NOT NULL CHECK (state IN ('published', 'current', 'retired')),
  sealed text NOT NULL,
  published_at timestamptz NOT NULL,
  promoted_at timestamptz,
  retired_at timestamptz,
  CHECK ((state = 'published') = (promoted_at IS NULL)),
  CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX signing_key_current ON signing_key (alg) WHERE state = 'current';
