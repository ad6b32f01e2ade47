-- What was cleared between stores is not edited: the next booking takes up what came late.
CREATE TRIGGER clearing_append_only BEFORE UPDATE OR DELETE ON clearing
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER clearing_no_truncate BEFORE TRUNCATE ON clearing
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER clearing_line_append_only BEFORE UPDATE OR DELETE ON clearing_line
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER clearing_line_no_truncate BEFORE TRUNCATE ON clearing_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
