-- What a member did and won is not edited.
CREATE TRIGGER check_in_no_update BEFORE UPDATE ON check_in BEGIN
  SELECT RAISE(ABORT, 'check_in_append_only');
END;
-- next
CREATE TRIGGER check_in_no_delete BEFORE DELETE ON check_in BEGIN
  SELECT RAISE(ABORT, 'check_in_append_only');
END;
-- next
CREATE TRIGGER task_claim_no_update BEFORE UPDATE ON task_claim BEGIN
  SELECT RAISE(ABORT, 'task_claim_append_only');
END;
-- next
CREATE TRIGGER task_claim_no_delete BEFORE DELETE ON task_claim BEGIN
  SELECT RAISE(ABORT, 'task_claim_append_only');
END;
-- next
CREATE TRIGGER draw_seed_no_update BEFORE UPDATE ON draw_seed BEGIN
  SELECT RAISE(ABORT, 'draw_seed_append_only');
END;
-- next
CREATE TRIGGER draw_seed_no_delete BEFORE DELETE ON draw_seed BEGIN
  SELECT RAISE(ABORT, 'draw_seed_append_only');
END;
-- next
CREATE TRIGGER draw_no_update BEFORE UPDATE ON draw BEGIN
  SELECT RAISE(ABORT, 'draw_append_only');
END;
-- next
CREATE TRIGGER draw_no_delete BEFORE DELETE ON draw BEGIN
  SELECT RAISE(ABORT, 'draw_append_only');
END;
