-- A published version, a word given, a step taken and what it did are not edited.
CREATE TRIGGER journey_version_append_only BEFORE UPDATE OR DELETE ON journey_version
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER journey_version_no_truncate BEFORE TRUNCATE ON journey_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER journey_approval_append_only BEFORE UPDATE OR DELETE ON journey_approval
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER journey_approval_no_truncate BEFORE TRUNCATE ON journey_approval
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER journey_log_append_only BEFORE UPDATE OR DELETE ON journey_log
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER journey_log_no_truncate BEFORE TRUNCATE ON journey_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER effect_append_only BEFORE UPDATE OR DELETE ON effect
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER effect_no_truncate BEFORE TRUNCATE ON effect
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
