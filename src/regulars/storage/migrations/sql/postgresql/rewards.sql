-- What a member did and won is not edited.
CREATE TRIGGER check_in_append_only BEFORE UPDATE OR DELETE ON check_in
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER check_in_no_truncate BEFORE TRUNCATE ON check_in
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER task_claim_append_only BEFORE UPDATE OR DELETE ON task_claim
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER task_claim_no_truncate BEFORE TRUNCATE ON task_claim
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER draw_seed_append_only BEFORE UPDATE OR DELETE ON draw_seed
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER draw_seed_no_truncate BEFORE TRUNCATE ON draw_seed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER draw_append_only BEFORE UPDATE OR DELETE ON draw
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER draw_no_truncate BEFORE TRUNCATE ON draw
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
