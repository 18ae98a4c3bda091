-- A consent that somebody gave for another by a mandate: {"account", "subject", "kind", "mandate"} of the one who acted, as the
-- identity provider names her to us and to the relying party. It ends when the mandate does: lapsed.
ALTER TABLE consent
  ADD COLUMN acting jsonb,
  ADD COLUMN actor text GENERATED ALWAYS AS (acting ->> 'account') STORED,
  DROP CONSTRAINT consent_state_check,
  DROP CONSTRAINT consent_granted_check,
  ADD CONSTRAINT consent_state_check CHECK (state IN ('requested', 'granted', 'suspended', 'refused', 'withdrawn',
    'expired', 'used', 'replaced', 'relinquished', 'lapsed')),
  ADD CONSTRAINT consent_granted_check CHECK (
    (state IN ('granted', 'suspended', 'withdrawn', 'used', 'relinquished', 'lapsed'))
      <= (granted IS NOT NULL AND grant_id IS NOT NULL)),
  ADD CONSTRAINT consent_acting_check CHECK (acting IS NULL OR actor <> account);
CREATE INDEX consent_actor ON consent (actor, requested_at DESC) WHERE actor IS NOT NULL;
CREATE INDEX consent_envelope_grant ON consent (envelope_grant_id) WHERE actor IS NOT NULL;
ALTER TABLE consent_event
  DROP CONSTRAINT consent_event_type_check,
  ADD CONSTRAINT consent_event_type_check CHECK (type IN ('requested', 'granted', 'refused', 'amended', 'suspended',
    'resumed', 'withdrawn', 'expired', 'used', 'replaced', 'relinquished', 'lapsed'));
