-- What was held, given back and moved is not edited. Who holds a card may only be forgotten.
CREATE TRIGGER value_hold_no_update BEFORE UPDATE ON value_hold BEGIN
  SELECT RAISE(ABORT, 'value_hold_append_only');
END;
-- next
CREATE TRIGGER value_hold_no_delete BEFORE DELETE ON value_hold BEGIN
  SELECT RAISE(ABORT, 'value_hold_append_only');
END;
-- next
CREATE TRIGGER value_hold_end_no_update BEFORE UPDATE ON value_hold_end BEGIN
  SELECT RAISE(ABORT, 'value_hold_end_append_only');
END;
-- next
CREATE TRIGGER value_hold_end_no_delete BEFORE DELETE ON value_hold_end BEGIN
  SELECT RAISE(ABORT, 'value_hold_end_append_only');
END;
-- next
CREATE TRIGGER top_up_refund_no_update BEFORE UPDATE ON top_up_refund BEGIN
  SELECT RAISE(ABORT, 'top_up_refund_append_only');
END;
-- next
CREATE TRIGGER top_up_refund_no_delete BEFORE DELETE ON top_up_refund BEGIN
  SELECT RAISE(ABORT, 'top_up_refund_append_only');
END;
-- next
CREATE TRIGGER value_transfer_no_update BEFORE UPDATE ON value_transfer BEGIN
  SELECT RAISE(ABORT, 'value_transfer_append_only');
END;
-- next
CREATE TRIGGER value_transfer_no_delete BEFORE DELETE ON value_transfer BEGIN
  SELECT RAISE(ABORT, 'value_transfer_append_only');
END;
-- next
CREATE TRIGGER value_reactivation_no_update BEFORE UPDATE ON value_reactivation BEGIN
  SELECT RAISE(ABORT, 'value_reactivation_append_only');
END;
-- next
CREATE TRIGGER value_reactivation_no_delete BEFORE DELETE ON value_reactivation BEGIN
  SELECT RAISE(ABORT, 'value_reactivation_append_only');
END;
-- next
CREATE TRIGGER card_event_no_update BEFORE UPDATE ON card_event BEGIN
  SELECT RAISE(ABORT, 'card_event_append_only');
END;
-- next
CREATE TRIGGER card_event_no_delete BEFORE DELETE ON card_event BEGIN
  SELECT RAISE(ABORT, 'card_event_append_only');
END;
-- next
CREATE TRIGGER value_identity_fixed BEFORE UPDATE ON value_identity
  WHEN NEW.wrapped_key IS NOT NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.member_id IS NOT OLD.member_id
    OR NEW.name IS NOT OLD.name
    OR NEW.document_kind IS NOT OLD.document_kind
    OR NEW.document_number IS NOT OLD.document_number
    OR NEW.contact IS NOT OLD.contact
    OR NEW.recorded_at IS NOT OLD.recorded_at
    OR NEW.recorded_by IS NOT OLD.recorded_by
    OR NEW.keep_until IS NOT OLD.keep_until
BEGIN
  SELECT RAISE(ABORT, 'value_identity_append_only');
END;
-- next
CREATE TRIGGER value_identity_no_delete BEFORE DELETE ON value_identity BEGIN
  SELECT RAISE(ABORT, 'value_identity_append_only');
END;
