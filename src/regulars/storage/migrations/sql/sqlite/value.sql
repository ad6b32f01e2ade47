-- A lot's new columns are as fixed as its old ones.
DROP TRIGGER lot_no_shortcut;
-- next
CREATE TRIGGER lot_no_shortcut BEFORE UPDATE ON lot BEGIN
  SELECT RAISE(ABORT, 'lot_append_only')
    WHERE NEW.id IS NOT OLD.id OR NEW.account_id IS NOT OLD.account_id
       OR NEW.amount IS NOT OLD.amount OR NEW.acquired_at IS NOT OLD.acquired_at
       OR NEW.expires_on IS NOT OLD.expires_on OR NEW.entry_id IS NOT OLD.entry_id
       OR NEW.origin IS NOT OLD.origin OR NEW.pair_id IS NOT OLD.pair_id
       OR NEW.store_id IS NOT OLD.store_id OR NEW.usable_on IS NOT OLD.usable_on
       OR NEW.spend_order IS NOT OLD.spend_order
       OR NEW.remaining <> OLD.amount
          - (SELECT coalesce(sum(amount), 0) FROM lot_use WHERE lot_id = OLD.id);
END;
-- next
CREATE TRIGGER programme_no_update BEFORE UPDATE ON programme BEGIN
  SELECT RAISE(ABORT, 'programme_append_only');
END;
-- next
CREATE TRIGGER programme_no_delete BEFORE DELETE ON programme BEGIN
  SELECT RAISE(ABORT, 'programme_append_only');
END;
-- next
CREATE TRIGGER gift_no_update BEFORE UPDATE ON gift BEGIN
  SELECT RAISE(ABORT, 'gift_append_only');
END;
-- next
CREATE TRIGGER gift_no_delete BEFORE DELETE ON gift BEGIN
  SELECT RAISE(ABORT, 'gift_append_only');
END;
