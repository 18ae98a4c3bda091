-- When it was seen that a certificate had run out, and what it vouched for was suspended.
ALTER TABLE card_certificate ADD COLUMN expiry_noted_at timestamptz;
CREATE INDEX card_certificate_expiry ON card_certificate (not_after) WHERE expiry_noted_at IS NULL;
