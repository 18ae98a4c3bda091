-- Every version of a dataset or purpose that citizens were ever asked under. What a version says never changes.
CREATE TABLE catalogue_item (
  kind text NOT NULL CHECK (kind IN ('dataset', 'purpose')),
  id text NOT NULL,
  version integer NOT NULL,
  digest text NOT NULL,
  content jsonb NOT NULL,
  first_seen_at timestamptz NOT NULL,
  PRIMARY KEY (kind, id, version)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON catalogue_item FOR EACH ROW EXECUTE FUNCTION refuse_change();
