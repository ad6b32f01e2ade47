-- For whom, what and why a bulk action was proposed is not edited; only how far it is changes.
CREATE TRIGGER bulk_action_no_update BEFORE UPDATE OF
    id, chosen, act, reason, members, cost_minor, upto_id, made_at, made_by
  ON bulk_action BEGIN
  SELECT RAISE(ABORT, 'bulk_action_append_only');
END;
-- next
CREATE TRIGGER bulk_action_no_delete BEFORE DELETE ON bulk_action BEGIN
  SELECT RAISE(ABORT, 'bulk_action_append_only');
END;
