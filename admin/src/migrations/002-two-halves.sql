-- Who becomes an operator is not for one person to choose: the proposer holds one half of the code and the approver the
-- other. And after the foundation an operator stands on an approved proposal, as every version does.

ALTER TABLE operator
  ADD COLUMN proposal uuid REFERENCES proposal,
  ADD COLUMN proposer_code_sha256 text CHECK (proposer_code_sha256 ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT operator_proposal UNIQUE (proposal),
  ADD CONSTRAINT two_halves CHECK ((proposal IS NULL) = (proposer_code_sha256 IS NULL)
                                   AND proposer_code_sha256 <> code_sha256);

CREATE FUNCTION guard_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.proposal, NEW.proposer_code_sha256) IS DISTINCT FROM (OLD.proposal, OLD.proposer_code_sha256) THEN
      RAISE EXCEPTION 'an operator''s appointment does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.subject IS NOT NULL OR NEW.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'an operator begins appointed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  -- The first operators come with the first version.
  IF NEW.proposal IS NULL AND NOT EXISTS (SELECT 1 FROM register_version) THEN
    RETURN NEW;
  END IF;
  PERFORM 1 FROM proposal
    WHERE id = NEW.proposal AND kind = 'operator-add' AND state = 'approved'
      AND content->'after'->>'name' = NEW.name
      AND content->'after'->>'proposerCodeSha256' = NEW.proposer_code_sha256;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an operator stands on an approved proposal' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_appointment BEFORE INSERT OR UPDATE ON operator FOR EACH ROW EXECUTE FUNCTION guard_appointment();
