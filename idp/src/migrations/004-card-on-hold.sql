-- A card on hold (certificateHold, RFC 5280 5.3.1) comes back when its authority lets it go; a revoked one never does.
ALTER TABLE card_certificate DROP CONSTRAINT card_certificate_state_check;
ALTER TABLE card_certificate ADD CONSTRAINT card_certificate_state_check
  CHECK (state IN ('active', 'held', 'revoked'));
