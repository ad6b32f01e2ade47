-- A published version, a word given, a step taken and what it did are not edited.
CREATE TRIGGER journey_version_no_update BEFORE UPDATE ON journey_version BEGIN
  SELECT RAISE(ABORT, 'journey_version_append_only');
END;
-- next
CREATE TRIGGER journey_version_no_delete BEFORE DELETE ON journey_version BEGIN
  SELECT RAISE(ABORT, 'journey_version_append_only');
END;
-- next
CREATE TRIGGER journey_approval_no_update BEFORE UPDATE ON journey_approval BEGIN
  SELECT RAISE(ABORT, 'journey_approval_append_only');
END;
-- next
CREATE TRIGGER journey_approval_no_delete BEFORE DELETE ON journey_approval BEGIN
  SELECT RAISE(ABORT, 'journey_approval_append_only');
END;
-- next
CREATE TRIGGER journey_log_no_update BEFORE UPDATE ON journey_log BEGIN
  SELECT RAISE(ABORT, 'journey_log_append_only');
END;
-- next
CREATE TRIGGER journey_log_no_delete BEFORE DELETE ON journey_log BEGIN
  SELECT RAISE(ABORT, 'journey_log_append_only');
END;
-- next
CREATE TRIGGER effect_no_update BEFORE UPDATE ON effect BEGIN
  SELECT RAISE(ABORT, 'effect_append_only');
END;
-- next
CREATE TRIGGER effect_no_delete BEFORE DELETE ON effect BEGIN
  SELECT RAISE(ABORT, 'effect_append_only');
END;
