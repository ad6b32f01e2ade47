-- Words once published, what happened to a message and who said stop are not edited.
CREATE TRIGGER message_template_version_no_update BEFORE UPDATE ON message_template_version BEGIN
  SELECT RAISE(ABORT, 'message_template_version_append_only');
END;
-- next
CREATE TRIGGER message_template_version_no_delete BEFORE DELETE ON message_template_version BEGIN
  SELECT RAISE(ABORT, 'message_template_version_append_only');
END;
-- next
CREATE TRIGGER message_event_no_update BEFORE UPDATE ON message_event BEGIN
  SELECT RAISE(ABORT, 'message_event_append_only');
END;
-- next
CREATE TRIGGER message_event_no_delete BEFORE DELETE ON message_event BEGIN
  SELECT RAISE(ABORT, 'message_event_append_only');
END;
-- next
CREATE TRIGGER address_stop_no_update BEFORE UPDATE ON address_stop BEGIN
  SELECT RAISE(ABORT, 'address_stop_append_only');
END;
-- next
CREATE TRIGGER address_stop_no_delete BEFORE DELETE ON address_stop BEGIN
  SELECT RAISE(ABORT, 'address_stop_append_only');
END;
