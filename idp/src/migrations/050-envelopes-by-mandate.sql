-- The mandate by which somebody consented for the person whose identity a grant envelopes: no envelope is made once it has ended.
ALTER TABLE envelope_grant ADD COLUMN mandate_id uuid REFERENCES mandate (id);
CREATE INDEX envelope_grant_mandate ON envelope_grant (broker, mandate_id) WHERE mandate_id IS NOT NULL AND deleted_at IS NULL;
