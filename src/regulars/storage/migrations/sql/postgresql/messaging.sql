-- Words once published, what happened to a message and who said stop are not edited.
CREATE TRIGGER message_template_version_append_only BEFORE UPDATE OR DELETE ON message_template_version
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER message_template_version_no_truncate BEFORE TRUNCATE ON message_template_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER message_event_append_only BEFORE UPDATE OR DELETE ON message_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER message_event_no_truncate BEFORE TRUNCATE ON message_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER address_stop_append_only BEFORE UPDATE OR DELETE ON address_stop
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER address_stop_no_truncate BEFORE TRUNCATE ON address_stop
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
