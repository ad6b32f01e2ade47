-- Who was assigned to what, and with which chance, is not edited.
CREATE TRIGGER assignment_policy_append_only BEFORE UPDATE OR DELETE ON assignment_policy
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER assignment_policy_no_truncate BEFORE TRUNCATE ON assignment_policy
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER assignment_append_only BEFORE UPDATE OR DELETE ON assignment
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER assignment_no_truncate BEFORE TRUNCATE ON assignment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
