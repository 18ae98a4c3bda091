-- The card of an agency names no person, and one clerk may have two: for `high` each of the two confirms herself by her own
-- passkey, and the rule of two holds by person. Nobody enrols herself.
ALTER TABLE counter_enrolment ADD clerk_person uuid REFERENCES person (id);
ALTER TABLE counter_enrolment ADD second_person uuid REFERENCES person (id);
ALTER TABLE counter_enrolment ADD CONSTRAINT two_persons CHECK (second_person <> clerk_person);
ALTER TABLE counter_enrolment ADD CONSTRAINT clerks_of_others
  CHECK (clerk_person <> person_id AND second_person <> person_id);
-- Those made before were made under the rule of before.
ALTER TABLE counter_enrolment ADD CONSTRAINT high_needs_two_persons
  CHECK (acr <> 'high' OR state = 'withdrawn'
    OR (clerk_person IS NOT NULL AND (state = 'awaiting' OR second_person IS NOT NULL))) NOT VALID;
