-- A paper is given to whoever names its fingerprint. Of the signed part alone it would be known to everybody who was shown
-- some of the fields; of the document with all its disclosures it is known to who has the whole paper, or its print.
UPDATE paper SET fingerprint =
  rtrim(translate(encode(sha256(convert_to(document, 'UTF8')), 'base64'), '+/', '-_'), '=');
COMMENT ON COLUMN paper.fingerprint IS 'SHA-256 of the document with all its disclosures, base64url';
