-- Why somebody said no is not edited.
CREATE TRIGGER journey_decline_append_only BEFORE UPDATE OR DELETE ON journey_decline
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER journey_decline_no_truncate BEFORE TRUNCATE ON journey_decline
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
