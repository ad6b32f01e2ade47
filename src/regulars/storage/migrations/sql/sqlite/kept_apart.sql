-- Why two records stay two is not edited: a later row undoes it.
CREATE TRIGGER member_apart_no_update BEFORE UPDATE ON member_apart BEGIN
  SELECT RAISE(ABORT, 'member_apart_append_only');
END;
-- next
CREATE TRIGGER member_apart_no_delete BEFORE DELETE ON member_apart BEGIN
  SELECT RAISE(ABORT, 'member_apart_append_only');
END;
