-- Deeds and status lists go to the tables that every issuing office has (issuer kit, migration 001).
INSERT INTO paper (id, issuer, type, number, subject, status, status_index, document, salt, fingerprint, entry_id, issued_at)
SELECT id, 'land-office', 'land-title-deed', deed_number, subject,
  CASE WHEN revoked_at IS NULL THEN 'valid' ELSE 'revoked' END, status_index, document, salt,
  rtrim(translate(encode(sha256(convert_to(split_part(document, '~', 1), 'UTF8')), 'base64'), '+/', '-_'), '='),
  entry_id, issued_at
FROM deed;

INSERT INTO status_place (issuer, index) SELECT 'land-office', status_index FROM deed;

INSERT INTO paper_event (paper, status, reason, staff, at)
SELECT id, 'valid', '所有權人線上申領', 'online', issued_at FROM deed ORDER BY issued_at, id;
INSERT INTO paper_event (paper, status, reason, staff, at)
SELECT id, 'revoked', '註銷', 'clerk', revoked_at FROM deed WHERE revoked_at IS NOT NULL ORDER BY revoked_at, id;

INSERT INTO paper_status_list (issuer, list, token, salt, entry_id, made_at)
SELECT 'land-office', list, token, salt, entry_id, made_at FROM status_list ORDER BY version;

DROP TABLE status_list;
DROP TABLE deed;
DROP SEQUENCE deed_status_index;
