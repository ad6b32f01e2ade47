-- What was held, given back and moved is not edited. Who holds a card may only be forgotten.
CREATE TRIGGER value_hold_append_only BEFORE UPDATE OR DELETE ON value_hold
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_hold_no_truncate BEFORE TRUNCATE ON value_hold
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_hold_end_append_only BEFORE UPDATE OR DELETE ON value_hold_end
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_hold_end_no_truncate BEFORE TRUNCATE ON value_hold_end
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER top_up_refund_append_only BEFORE UPDATE OR DELETE ON top_up_refund
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER top_up_refund_no_truncate BEFORE TRUNCATE ON top_up_refund
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_transfer_append_only BEFORE UPDATE OR DELETE ON value_transfer
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_transfer_no_truncate BEFORE TRUNCATE ON value_transfer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_reactivation_append_only BEFORE UPDATE OR DELETE ON value_reactivation
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_reactivation_no_truncate BEFORE TRUNCATE ON value_reactivation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER card_event_append_only BEFORE UPDATE OR DELETE ON card_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER card_event_no_truncate BEFORE TRUNCATE ON card_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_identity_fixed BEFORE UPDATE ON value_identity FOR EACH ROW
  WHEN (NEW.wrapped_key IS NOT NULL
    OR (NEW.id, NEW.member_id, NEW.name, NEW.document_kind, NEW.document_number, NEW.contact,
        NEW.recorded_at, NEW.recorded_by, NEW.keep_until)
    IS DISTINCT FROM (OLD.id, OLD.member_id, OLD.name, OLD.document_kind, OLD.document_number,
        OLD.contact, OLD.recorded_at, OLD.recorded_by, OLD.keep_until))
  EXECUTE FUNCTION refuse_rule('value_identity_append_only');
-- next
CREATE TRIGGER value_identity_no_delete BEFORE DELETE ON value_identity
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER value_identity_no_truncate BEFORE TRUNCATE ON value_identity
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
