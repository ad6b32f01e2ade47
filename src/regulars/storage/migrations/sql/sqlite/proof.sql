-- What was chained and anchored is not edited.
CREATE TRIGGER block_no_update BEFORE UPDATE ON block BEGIN
  SELECT RAISE(ABORT, 'block_append_only');
END;
-- next
CREATE TRIGGER block_no_delete BEFORE DELETE ON block BEGIN
  SELECT RAISE(ABORT, 'block_append_only');
END;
-- next
CREATE TRIGGER anchor_no_update BEFORE UPDATE ON anchor BEGIN
  SELECT RAISE(ABORT, 'anchor_append_only');
END;
-- next
CREATE TRIGGER anchor_no_delete BEFORE DELETE ON anchor BEGIN
  SELECT RAISE(ABORT, 'anchor_append_only');
END;
