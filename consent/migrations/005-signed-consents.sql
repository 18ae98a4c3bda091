-- The statement that she signed with her passkey when she agreed to sensitive data, by its hash. The signature itself stands in
-- the receipt of that event.
ALTER TABLE consent ADD COLUMN statement_hash text UNIQUE;
