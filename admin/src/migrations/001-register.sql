-- The participant register. What is here once stays: versions, revisions, decisions and audit are append-only, and the
-- two-person rule is held by constraints and triggers, so that a fault in the service cannot break it.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TABLE operator (
  id            uuid PRIMARY KEY,
  name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  code_sha256   text NOT NULL UNIQUE CHECK (code_sha256 ~ '^[0-9a-f]{64}$'),
  code_expires  timestamptz,
  issuer        text,
  subject       text,
  appointed_at  timestamptz NOT NULL,
  enrolled_at   timestamptz,
  ended_at      timestamptz,
  CHECK ((issuer IS NULL) = (subject IS NULL) AND (subject IS NULL) = (enrolled_at IS NULL))
);
-- One person is one operator.
CREATE UNIQUE INDEX operator_person ON operator (issuer, subject) WHERE ended_at IS NULL;

CREATE FUNCTION guard_operator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.name, NEW.code_sha256, NEW.appointed_at) IS DISTINCT FROM
     (OLD.id, OLD.name, OLD.code_sha256, OLD.appointed_at) THEN
    RAISE EXCEPTION 'an operator''s appointment does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.subject IS NOT NULL AND (NEW.issuer, NEW.subject, NEW.enrolled_at) IS DISTINCT FROM
     (OLD.issuer, OLD.subject, OLD.enrolled_at) THEN
    RAISE EXCEPTION 'an operator is bound to one person for good' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'an ended operator does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_operator BEFORE UPDATE ON operator FOR EACH ROW EXECUTE FUNCTION guard_operator();
CREATE TRIGGER keep_operator BEFORE DELETE OR TRUNCATE ON operator FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE proposal (
  id               uuid PRIMARY KEY,
  kind             text NOT NULL CHECK (kind IN
                     ('participant-add', 'participant-change', 'participant-end', 'operator-add', 'operator-end')),
  target           text NOT NULL,
  base_version     integer NOT NULL,
  content          jsonb NOT NULL,
  content_hash     text NOT NULL CHECK (content_hash ~ '^[A-Za-z0-9_-]{43}$'),
  proposed_by      uuid NOT NULL REFERENCES operator,
  proposer_subject text NOT NULL,
  proposed_at      timestamptz NOT NULL,
  state            text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'rejected', 'withdrawn')),
  decided_by       uuid REFERENCES operator,
  decider_subject  text,
  decided_at       timestamptz,
  decision_reason  text,
  decision_jws     text,
  CHECK ((state = 'open') = (decided_by IS NULL)),
  CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decider_subject IS NULL)
         AND (decided_by IS NULL) = (decision_jws IS NULL)),
  -- The two-person rule: neither the same operator nor the same person under another appointment.
  CONSTRAINT two_persons CHECK (state NOT IN ('approved', 'rejected')
         OR (decided_by <> proposed_by AND decider_subject <> proposer_subject)),
  CONSTRAINT own_withdrawal CHECK (state <> 'withdrawn' OR decided_by = proposed_by)
);
CREATE INDEX proposal_state ON proposal (state, proposed_at);

CREATE FUNCTION guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE actor uuid; person text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state <> 'open' THEN
      RAISE EXCEPTION 'a decided proposal does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.id, NEW.kind, NEW.target, NEW.base_version, NEW.content, NEW.content_hash, NEW.proposed_by,
        NEW.proposer_subject, NEW.proposed_at) IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.target, OLD.base_version, OLD.content, OLD.content_hash, OLD.proposed_by,
        OLD.proposer_subject, OLD.proposed_at) THEN
      RAISE EXCEPTION 'a proposal''s content does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    actor := NEW.decided_by; person := NEW.decider_subject;
  ELSE
    IF NEW.state <> 'open' THEN
      RAISE EXCEPTION 'a proposal begins open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    actor := NEW.proposed_by; person := NEW.proposer_subject;
  END IF;
  -- FOR SHARE: an operator who is being ended at this moment acts either wholly before that or not at all.
  PERFORM 1 FROM operator WHERE id = actor AND subject = person AND ended_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'who acts is not an enrolled operator' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_proposal BEFORE INSERT OR UPDATE ON proposal FOR EACH ROW EXECUTE FUNCTION guard_proposal();
CREATE TRIGGER keep_proposal BEFORE DELETE OR TRUNCATE ON proposal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE register_version (
  version      integer PRIMARY KEY CHECK (version >= 1),
  snapshot_jws text NOT NULL,
  hash         text NOT NULL UNIQUE,
  previous     text,
  signed_at    timestamptz NOT NULL,
  proposal     uuid UNIQUE REFERENCES proposal,
  salt         bytea NOT NULL CHECK (length(salt) = 32),
  commitment   text NOT NULL,
  -- Every version but the first stands on a proposal.
  CHECK ((version = 1) = (proposal IS NULL)),
  CHECK ((version = 1) = (previous IS NULL))
);

CREATE FUNCTION guard_register_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version = 1 THEN RETURN NEW; END IF;
  PERFORM 1 FROM register_version WHERE version = NEW.version - 1 AND hash = NEW.previous;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a version continues the one before' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  PERFORM 1 FROM proposal WHERE id = NEW.proposal AND state = 'approved' AND base_version = NEW.version - 1
    AND kind LIKE 'participant-%';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a version needs a proposal approved upon the one before'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_register_version BEFORE INSERT ON register_version
  FOR EACH ROW EXECUTE FUNCTION guard_register_version();
CREATE TRIGGER keep_register_version BEFORE UPDATE OR DELETE OR TRUNCATE ON register_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Each participant as it stood from a version on.
CREATE TABLE participant_revision (
  participant text NOT NULL,
  version     integer NOT NULL REFERENCES register_version,
  content     jsonb NOT NULL,
  PRIMARY KEY (participant, version)
);
CREATE TRIGGER keep_participant_revision BEFORE UPDATE OR DELETE OR TRUNCATE ON participant_revision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where a version's commitment stands in the public log; filled in when the ledger answers.
CREATE TABLE version_entry (
  version     integer PRIMARY KEY REFERENCES register_version,
  entry       uuid NOT NULL,
  entry_index bigint
);

CREATE TABLE audit (
  seq      bigint PRIMARY KEY CHECK (seq >= 1),
  at       timestamptz NOT NULL,
  operator uuid REFERENCES operator,
  action   text NOT NULL,
  subject  text NOT NULL,
  detail   jsonb NOT NULL,
  previous text,
  hash     text NOT NULL UNIQUE,
  CHECK ((seq = 1) = (previous IS NULL))
);
CREATE FUNCTION guard_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq > 1 AND NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq - 1 AND hash = NEW.previous) THEN
    RAISE EXCEPTION 'an audit line continues the one before' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_audit BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION guard_audit();
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
