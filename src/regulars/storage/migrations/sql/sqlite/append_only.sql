-- What happened is not edited: a correction is a new row. The ledger's own tables are in
-- `ledger.sql`.
CREATE TRIGGER setting_no_update BEFORE UPDATE ON setting BEGIN
  SELECT RAISE(ABORT, 'setting_append_only');
END;
-- next
CREATE TRIGGER setting_no_delete BEFORE DELETE ON setting BEGIN
  SELECT RAISE(ABORT, 'setting_append_only');
END;
-- next
CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent BEGIN
  SELECT RAISE(ABORT, 'consent_append_only');
END;
-- next
CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent BEGIN
  SELECT RAISE(ABORT, 'consent_append_only');
END;
-- next
CREATE TRIGGER tier_period_no_update BEFORE UPDATE ON tier_period BEGIN
  SELECT RAISE(ABORT, 'tier_period_append_only');
END;
-- next
CREATE TRIGGER tier_period_no_delete BEFORE DELETE ON tier_period BEGIN
  SELECT RAISE(ABORT, 'tier_period_append_only');
END;
-- next
CREATE TRIGGER order_adjustment_no_update BEFORE UPDATE ON order_adjustment BEGIN
  SELECT RAISE(ABORT, 'order_adjustment_append_only');
END;
-- next
CREATE TRIGGER order_adjustment_no_delete BEFORE DELETE ON order_adjustment BEGIN
  SELECT RAISE(ABORT, 'order_adjustment_append_only');
END;
-- next
CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN
  SELECT RAISE(ABORT, 'payment_append_only');
END;
-- next
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN
  SELECT RAISE(ABORT, 'payment_append_only');
END;
-- next
CREATE TRIGGER refund_no_update BEFORE UPDATE ON refund BEGIN
  SELECT RAISE(ABORT, 'refund_append_only');
END;
-- next
CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund BEGIN
  SELECT RAISE(ABORT, 'refund_append_only');
END;
-- next
CREATE TRIGGER refund_unit_no_update BEFORE UPDATE ON refund_unit BEGIN
  SELECT RAISE(ABORT, 'refund_unit_append_only');
END;
-- next
CREATE TRIGGER refund_unit_no_delete BEFORE DELETE ON refund_unit BEGIN
  SELECT RAISE(ABORT, 'refund_unit_append_only');
END;
-- next
CREATE TRIGGER top_up_no_update BEFORE UPDATE ON top_up BEGIN
  SELECT RAISE(ABORT, 'top_up_append_only');
END;
-- next
CREATE TRIGGER top_up_no_delete BEFORE DELETE ON top_up BEGIN
  SELECT RAISE(ABORT, 'top_up_append_only');
END;
-- next
CREATE TRIGGER fact_no_update BEFORE UPDATE ON fact BEGIN
  SELECT RAISE(ABORT, 'fact_append_only');
END;
-- next
CREATE TRIGGER fact_no_delete BEFORE DELETE ON fact BEGIN
  SELECT RAISE(ABORT, 'fact_append_only');
END;
-- next
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;
-- next
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;
-- next
-- A key is wrapped anew when the master key changes; its name and purpose never change.
CREATE TRIGGER organisation_key_no_update BEFORE UPDATE OF id, organisation_id, purpose, created_at
  ON organisation_key BEGIN
  SELECT RAISE(ABORT, 'organisation_key_append_only');
END;
-- next
CREATE TRIGGER organisation_key_no_delete BEFORE DELETE ON organisation_key BEGIN
  SELECT RAISE(ABORT, 'organisation_key_append_only');
END;
