-- What was used, what happened and what tells against a referral is not edited; passes, groups,
-- seats and referrals change their state and are never deleted.
CREATE TRIGGER referral_evidence_append_only BEFORE UPDATE OR DELETE ON referral_evidence
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER referral_evidence_no_truncate BEFORE TRUNCATE ON referral_evidence
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER pass_use_append_only BEFORE UPDATE OR DELETE ON pass_use
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER pass_use_no_truncate BEFORE TRUNCATE ON pass_use
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER pass_event_append_only BEFORE UPDATE OR DELETE ON pass_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER pass_event_no_truncate BEFORE TRUNCATE ON pass_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER referral_no_delete BEFORE DELETE ON referral
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER referral_no_truncate BEFORE TRUNCATE ON referral
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER buying_group_no_delete BEFORE DELETE ON buying_group
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER buying_group_no_truncate BEFORE TRUNCATE ON buying_group
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER group_seat_no_delete BEFORE DELETE ON group_seat
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER group_seat_no_truncate BEFORE TRUNCATE ON group_seat
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_pass_no_delete BEFORE DELETE ON member_pass
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_pass_no_truncate BEFORE TRUNCATE ON member_pass
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER referral_no_update BEFORE UPDATE OF
    id, programme_id, programme_version, inviter_id, invited_id, store_id, terminal_id, at,
    "by", min_due_minor
  ON referral FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER buying_group_no_update BEFORE UPDATE OF
    id, programme_id, programme_version, store_id, opened_at, ends_at, price_minor, seats
  ON buying_group FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER group_seat_no_update BEFORE UPDATE OF
    id, group_id, number, member_id, store_id, terminal_id, taken_at, "by", tender,
    reference, amount_minor, hold_id
  ON group_seat FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_pass_no_update BEFORE UPDATE OF
    id, programme_id, programme_version, store_id, sold_at, "by", tender, unit, price_minor,
    uses
  ON member_pass FOR EACH ROW EXECUTE FUNCTION refuse_change();
