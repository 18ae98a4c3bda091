-- When the civil registry last said whether she lives, and how she is called: what it said earlier never undoes what it said later.
ALTER TABLE person ADD COLUMN civil_state_at timestamptz, ADD COLUMN name_since timestamptz;
