-- Sessions of the protocol whose logins have ended: each stays here until it and its tokens are known to have ended too.
CREATE TABLE ending_session (
  provider_session text PRIMARY KEY,
  since timestamptz NOT NULL
);
INSERT INTO ending_session (provider_session, since)
  SELECT DISTINCT provider_session, now() FROM login ended
  WHERE ended_at IS NOT NULL AND provider_session IS NOT NULL AND expires_at > now()
    AND NOT EXISTS (SELECT 1 FROM login other WHERE other.provider_session = ended.provider_session AND other.ended_at IS NULL);
