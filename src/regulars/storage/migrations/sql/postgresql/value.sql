-- What was promised and what was given is not edited.
CREATE TRIGGER programme_append_only BEFORE UPDATE OR DELETE ON programme
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER programme_no_truncate BEFORE TRUNCATE ON programme
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER gift_append_only BEFORE UPDATE OR DELETE ON gift
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER gift_no_truncate BEFORE TRUNCATE ON gift
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
