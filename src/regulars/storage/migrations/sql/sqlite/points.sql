-- Who has been warned is not edited.
CREATE TRIGGER expiry_warning_no_update BEFORE UPDATE ON expiry_warning BEGIN
  SELECT RAISE(ABORT, 'expiry_warning_append_only');
END;
-- next
CREATE TRIGGER expiry_warning_no_delete BEFORE DELETE ON expiry_warning BEGIN
  SELECT RAISE(ABORT, 'expiry_warning_append_only');
END;
