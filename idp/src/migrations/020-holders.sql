-- Who signs in: a person for herself, or somebody for a company or group, or for an agency. An organisation's number or
-- OID is kept as a national ID is: once, sealed, found by a keyed hash.
ALTER TABLE person
  ADD COLUMN kind text NOT NULL DEFAULT 'citizen' CHECK (kind IN ('citizen', 'organisation', 'agency')),
  ADD COLUMN organisation_index bytea UNIQUE CHECK (octet_length(organisation_index) = 32),
  ADD COLUMN organisation_sealed bytea,
  ALTER COLUMN national_id_index DROP NOT NULL,
  ALTER COLUMN national_id_sealed DROP NOT NULL,
  ADD CHECK ((kind = 'citizen') = (national_id_index IS NOT NULL)),
  ADD CHECK ((national_id_index IS NULL) = (national_id_sealed IS NULL)),
  ADD CHECK ((kind = 'citizen') = (organisation_index IS NULL)),
  ADD CHECK ((organisation_index IS NULL) = (organisation_sealed IS NULL));
