-- One person acts for another. What happened to a mandate stands in the audit; this row says what is true now.
CREATE TABLE mandate (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('guardian', 'company-agent', 'representative')),
  principal_id uuid NOT NULL REFERENCES person (id),
  actor_id uuid REFERENCES person (id),
  state text NOT NULL CHECK (state IN ('offered', 'active', 'declined', 'withdrawn', 'revoked', 'ended')),
  -- Which actions at which organisations: [{"party", "actions": []}]. A guardian may do everything, so has none.
  scope jsonb,
  from_at timestamptz NOT NULL,
  until_at timestamptz,
  made_at timestamptz NOT NULL,
  -- Only while it is offered: whom the principal named, sealed, and the SHA-256 of the one-time code.
  named_sealed bytea,
  invitation bytea UNIQUE CHECK (octet_length(invitation) = 32),
  invitation_until timestamptz,
  -- Only of a guardian: when the civil registry last said so.
  confirmed_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  CHECK (actor_id IS DISTINCT FROM principal_id),
  CHECK (state <> 'active' OR actor_id IS NOT NULL),
  CHECK ((state = 'offered') = (invitation IS NOT NULL)),
  CHECK ((state IN ('offered', 'active')) = (ended_at IS NULL)),
  CHECK ((kind = 'guardian') = (scope IS NULL)),
  CHECK ((kind = 'guardian') = (confirmed_at IS NOT NULL)),
  CHECK (until_at > from_at)
);
CREATE INDEX mandate_principal ON mandate (principal_id);
CREATE INDEX mandate_actor ON mandate (actor_id);
CREATE UNIQUE INDEX mandate_one_guardianship ON mandate (principal_id, actor_id) WHERE kind = 'guardian' AND state = 'active';

-- What a relying party was given for a mandate: its grant at the provider, good as long as the mandate is.
CREATE TABLE delegated_grant (
  grant_id text PRIMARY KEY,
  mandate_id uuid NOT NULL REFERENCES mandate (id),
  actor_id uuid NOT NULL REFERENCES person (id),
  client_id text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX delegated_grant_mandate ON delegated_grant (mandate_id);

CREATE INDEX audit_event_mandate ON audit_event ((detail ->> 'mandate'), at) WHERE detail ? 'mandate';
