-- Who was assigned to what, and with which chance, is not edited.
CREATE TRIGGER assignment_policy_no_update BEFORE UPDATE ON assignment_policy BEGIN
  SELECT RAISE(ABORT, 'assignment_policy_append_only');
END;
-- next
CREATE TRIGGER assignment_policy_no_delete BEFORE DELETE ON assignment_policy BEGIN
  SELECT RAISE(ABORT, 'assignment_policy_append_only');
END;
-- next
CREATE TRIGGER assignment_no_update BEFORE UPDATE ON assignment BEGIN
  SELECT RAISE(ABORT, 'assignment_append_only');
END;
-- next
CREATE TRIGGER assignment_no_delete BEFORE DELETE ON assignment BEGIN
  SELECT RAISE(ABORT, 'assignment_append_only');
END;
