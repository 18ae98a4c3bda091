-- Deeds that migration 003 brought over, as in migration 002 of the issuer kit.
UPDATE paper SET fingerprint =
  rtrim(translate(encode(sha256(convert_to(document, 'UTF8')), 'base64'), '+/', '-_'), '=')
WHERE issuer = 'land-office';
