-- For whom, what and why a bulk action was proposed is not edited; only how far it is changes.
CREATE TRIGGER bulk_action_no_update BEFORE UPDATE OF
    id, chosen, act, reason, members, cost_minor, upto_id, made_at, made_by
  ON bulk_action FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER bulk_action_no_delete BEFORE DELETE ON bulk_action
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER bulk_action_no_truncate BEFORE TRUNCATE ON bulk_action
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
