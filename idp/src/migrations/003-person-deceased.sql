ALTER TABLE login DROP CONSTRAINT login_end_reason_check;
ALTER TABLE login ADD CONSTRAINT login_end_reason_check CHECK (
  end_reason IN ('logout', 'ended-by-person', 'card-revoked', 'passkey-removed', 'replaced', 'person-deceased'));
