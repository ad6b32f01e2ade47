-- Why somebody said no is not edited.
CREATE TRIGGER journey_decline_no_update BEFORE UPDATE ON journey_decline BEGIN
  SELECT RAISE(ABORT, 'journey_decline_append_only');
END;
-- next
CREATE TRIGGER journey_decline_no_delete BEFORE DELETE ON journey_decline BEGIN
  SELECT RAISE(ABORT, 'journey_decline_append_only');
END;
