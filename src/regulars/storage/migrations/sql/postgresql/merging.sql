-- A merge, what moved by it and its undo are not edited, nor what a member asked and when.
CREATE TRIGGER member_merge_append_only BEFORE UPDATE OR DELETE ON member_merge
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_merge_no_truncate BEFORE TRUNCATE ON member_merge
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_merge_part_append_only BEFORE UPDATE OR DELETE ON member_merge_part
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_merge_part_no_truncate BEFORE TRUNCATE ON member_merge_part
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_merge_field_append_only BEFORE UPDATE OR DELETE ON member_merge_field
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_merge_field_no_truncate BEFORE TRUNCATE ON member_merge_field
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_merge_undo_append_only BEFORE UPDATE OR DELETE ON member_merge_undo
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_merge_undo_no_truncate BEFORE TRUNCATE ON member_merge_undo
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER subject_request_no_update BEFORE UPDATE OF
    id, member_id, store_id, kind, asked_at, due_on, taken_by
  ON subject_request FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER subject_request_no_delete BEFORE DELETE ON subject_request
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER subject_request_no_truncate BEFORE TRUNCATE ON subject_request
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
