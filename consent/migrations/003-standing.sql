-- Consents that are paused, amended, replaced by a wider one under the same grant, or given back by the relying party.
ALTER TABLE consent
  ADD COLUMN replaces uuid REFERENCES consent,
  ADD COLUMN lang text CHECK (lang IN ('zh-TW', 'en')),
  DROP CONSTRAINT consent_state_check,
  DROP CONSTRAINT consent_check,
  ADD CONSTRAINT consent_state_check CHECK (state IN ('requested', 'granted', 'suspended', 'refused', 'withdrawn',
    'expired', 'used', 'replaced', 'relinquished')),
  ADD CONSTRAINT consent_granted_check CHECK (
    (state IN ('granted', 'suspended', 'withdrawn', 'used', 'relinquished'))
      <= (granted IS NOT NULL AND grant_id IS NOT NULL));
ALTER TABLE consent_event
  DROP CONSTRAINT consent_event_type_check,
  ADD CONSTRAINT consent_event_type_check CHECK (type IN ('requested', 'granted', 'refused', 'amended', 'suspended',
    'resumed', 'withdrawn', 'expired', 'used', 'replaced', 'relinquished'));
DROP INDEX consent_due;
CREATE INDEX consent_due ON consent (expires_at) WHERE state IN ('requested', 'granted', 'suspended');
