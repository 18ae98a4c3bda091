-- By which grant of a mandate an organisation was last visited in a login, if by one: it then knows the principal, not the actor.
ALTER TABLE visit ADD COLUMN grant_id text REFERENCES delegated_grant (grant_id);
CREATE INDEX visit_grant ON visit (grant_id) WHERE grant_id IS NOT NULL;
