-- What happened is not edited: a correction is a new row. The ledger's own tables are in
-- `ledger.sql`, which runs first.
CREATE TRIGGER setting_append_only BEFORE UPDATE OR DELETE ON setting
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER setting_no_truncate BEFORE TRUNCATE ON setting
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE ON consent
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER consent_no_truncate BEFORE TRUNCATE ON consent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER tier_period_append_only BEFORE UPDATE OR DELETE ON tier_period
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER tier_period_no_truncate BEFORE TRUNCATE ON tier_period
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER order_adjustment_append_only BEFORE UPDATE OR DELETE ON order_adjustment
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER order_adjustment_no_truncate BEFORE TRUNCATE ON order_adjustment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE ON payment
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER payment_no_truncate BEFORE TRUNCATE ON payment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER refund_append_only BEFORE UPDATE OR DELETE ON refund
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER refund_no_truncate BEFORE TRUNCATE ON refund
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER refund_unit_append_only BEFORE UPDATE OR DELETE ON refund_unit
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER refund_unit_no_truncate BEFORE TRUNCATE ON refund_unit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER top_up_append_only BEFORE UPDATE OR DELETE ON top_up
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER top_up_no_truncate BEFORE TRUNCATE ON top_up
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER fact_append_only BEFORE UPDATE OR DELETE ON fact
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER fact_no_truncate BEFORE TRUNCATE ON fact
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
-- A key is wrapped anew when the master key changes; its name and purpose never change.
CREATE TRIGGER organisation_key_no_update BEFORE UPDATE OF id, organisation_id, purpose, created_at
  ON organisation_key FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER organisation_key_no_delete BEFORE DELETE ON organisation_key
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER organisation_key_no_truncate BEFORE TRUNCATE ON organisation_key
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
