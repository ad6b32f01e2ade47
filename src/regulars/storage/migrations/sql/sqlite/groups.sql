-- What was used, what happened and what tells against a referral is not edited; passes, groups,
-- seats and referrals change their state and are never deleted.
CREATE TRIGGER referral_evidence_no_update BEFORE UPDATE ON referral_evidence BEGIN
  SELECT RAISE(ABORT, 'referral_evidence_append_only');
END;
-- next
CREATE TRIGGER referral_evidence_no_delete BEFORE DELETE ON referral_evidence BEGIN
  SELECT RAISE(ABORT, 'referral_evidence_append_only');
END;
-- next
CREATE TRIGGER pass_use_no_update BEFORE UPDATE ON pass_use BEGIN
  SELECT RAISE(ABORT, 'pass_use_append_only');
END;
-- next
CREATE TRIGGER pass_use_no_delete BEFORE DELETE ON pass_use BEGIN
  SELECT RAISE(ABORT, 'pass_use_append_only');
END;
-- next
CREATE TRIGGER pass_event_no_update BEFORE UPDATE ON pass_event BEGIN
  SELECT RAISE(ABORT, 'pass_event_append_only');
END;
-- next
CREATE TRIGGER pass_event_no_delete BEFORE DELETE ON pass_event BEGIN
  SELECT RAISE(ABORT, 'pass_event_append_only');
END;
-- next
CREATE TRIGGER referral_no_delete BEFORE DELETE ON referral BEGIN
  SELECT RAISE(ABORT, 'referral_append_only');
END;
-- next
CREATE TRIGGER buying_group_no_delete BEFORE DELETE ON buying_group BEGIN
  SELECT RAISE(ABORT, 'buying_group_append_only');
END;
-- next
CREATE TRIGGER group_seat_no_delete BEFORE DELETE ON group_seat BEGIN
  SELECT RAISE(ABORT, 'group_seat_append_only');
END;
-- next
CREATE TRIGGER member_pass_no_delete BEFORE DELETE ON member_pass BEGIN
  SELECT RAISE(ABORT, 'member_pass_append_only');
END;
-- next
CREATE TRIGGER referral_no_update BEFORE UPDATE OF
    id, programme_id, programme_version, inviter_id, invited_id, store_id, terminal_id, at,
    "by", min_due_minor
  ON referral BEGIN
  SELECT RAISE(ABORT, 'referral_append_only');
END;
-- next
CREATE TRIGGER buying_group_no_update BEFORE UPDATE OF
    id, programme_id, programme_version, store_id, opened_at, ends_at, price_minor, seats
  ON buying_group BEGIN
  SELECT RAISE(ABORT, 'buying_group_append_only');
END;
-- next
CREATE TRIGGER group_seat_no_update BEFORE UPDATE OF
    id, group_id, number, member_id, store_id, terminal_id, taken_at, "by", tender,
    reference, amount_minor, hold_id
  ON group_seat BEGIN
  SELECT RAISE(ABORT, 'group_seat_append_only');
END;
-- next
CREATE TRIGGER member_pass_no_update BEFORE UPDATE OF
    id, programme_id, programme_version, store_id, sold_at, "by", tender, unit, price_minor,
    uses
  ON member_pass BEGIN
  SELECT RAISE(ABORT, 'member_pass_append_only');
END;
