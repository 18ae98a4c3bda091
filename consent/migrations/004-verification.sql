-- A verification (電子查驗) is an access that gives answers in place of values: its case, reason and what was tested.
ALTER TABLE access_record ADD COLUMN verification jsonb;
