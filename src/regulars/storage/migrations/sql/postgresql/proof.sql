-- What was chained and anchored is not edited.
CREATE TRIGGER block_append_only BEFORE UPDATE OR DELETE ON block
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER block_no_truncate BEFORE TRUNCATE ON block
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER anchor_append_only BEFORE UPDATE OR DELETE ON anchor
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER anchor_no_truncate BEFORE TRUNCATE ON anchor
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
