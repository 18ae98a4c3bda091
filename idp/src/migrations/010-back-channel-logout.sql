-- By which name (OpenID Connect Back-Channel Logout 1.0 section 2.1) an organisation knows the session that it is to be told the end of.
ALTER TABLE visit ADD COLUMN sid text;
CREATE INDEX login_ending ON login (expires_at) WHERE ended_at IS NULL;
