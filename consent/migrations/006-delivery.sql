-- Accesses of which it is not known yet what came: from admission until the answer has left whole, or is known not to.
CREATE TABLE access_open (access_id uuid PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO access_open
  SELECT a.id, a.at FROM access_record a LEFT JOIN access_outcome o ON o.access_id = a.id
  WHERE a.decision = 'allowed' AND o.access_id IS NULL;

-- Answers that were given (a use of the consent) and that nobody saw leave whole: the relying party may have them or not.
CREATE TABLE access_unconfirmed (
  access_id uuid PRIMARY KEY REFERENCES access_record,
  at timestamptz NOT NULL
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON access_unconfirmed FOR EACH ROW EXECUTE FUNCTION refuse_change();
