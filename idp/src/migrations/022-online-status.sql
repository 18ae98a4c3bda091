-- The certificate itself, sealed as a name is: without it its authority's OCSP responder cannot be asked about it.
ALTER TABLE card_certificate ADD COLUMN certificate_sealed bytea;
