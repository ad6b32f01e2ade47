-- Why two records stay two is not edited: a later row undoes it.
CREATE TRIGGER member_apart_append_only BEFORE UPDATE OR DELETE ON member_apart
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_apart_no_truncate BEFORE TRUNCATE ON member_apart
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
