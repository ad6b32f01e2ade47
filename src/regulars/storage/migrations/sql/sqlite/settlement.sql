-- What was cleared between stores is not edited: the next booking takes up what came late.
CREATE TRIGGER clearing_no_update BEFORE UPDATE ON clearing BEGIN
  SELECT RAISE(ABORT, 'clearing_append_only');
END;
-- next
CREATE TRIGGER clearing_no_delete BEFORE DELETE ON clearing BEGIN
  SELECT RAISE(ABORT, 'clearing_append_only');
END;
-- next
CREATE TRIGGER clearing_line_no_update BEFORE UPDATE ON clearing_line BEGIN
  SELECT RAISE(ABORT, 'clearing_line_append_only');
END;
-- next
CREATE TRIGGER clearing_line_no_delete BEFORE DELETE ON clearing_line BEGIN
  SELECT RAISE(ABORT, 'clearing_line_append_only');
END;
