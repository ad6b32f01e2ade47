-- What happened to a coupon, and what kept units pay anew, is not edited.
CREATE TRIGGER coupon_event_no_update BEFORE UPDATE ON coupon_event BEGIN
  SELECT RAISE(ABORT, 'coupon_event_append_only');
END;
-- next
CREATE TRIGGER coupon_event_no_delete BEFORE DELETE ON coupon_event BEGIN
  SELECT RAISE(ABORT, 'coupon_event_append_only');
END;
-- next
CREATE TRIGGER order_share_no_update BEFORE UPDATE ON order_share BEGIN
  SELECT RAISE(ABORT, 'order_share_append_only');
END;
-- next
CREATE TRIGGER order_share_no_delete BEFORE DELETE ON order_share BEGIN
  SELECT RAISE(ABORT, 'order_share_append_only');
END;
