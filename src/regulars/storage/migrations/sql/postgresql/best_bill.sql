-- What happened to a coupon, and what kept units pay anew, is not edited.
CREATE TRIGGER coupon_event_append_only BEFORE UPDATE OR DELETE ON coupon_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER coupon_event_no_truncate BEFORE TRUNCATE ON coupon_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER order_share_append_only BEFORE UPDATE OR DELETE ON order_share
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER order_share_no_truncate BEFORE TRUNCATE ON order_share
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
