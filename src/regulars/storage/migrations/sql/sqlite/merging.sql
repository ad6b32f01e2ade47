-- A merge, what moved by it and its undo are not edited, nor what a member asked and when.
CREATE TRIGGER member_merge_no_update BEFORE UPDATE ON member_merge BEGIN
  SELECT RAISE(ABORT, 'member_merge_append_only');
END;
-- next
CREATE TRIGGER member_merge_no_delete BEFORE DELETE ON member_merge BEGIN
  SELECT RAISE(ABORT, 'member_merge_append_only');
END;
-- next
CREATE TRIGGER member_merge_part_no_update BEFORE UPDATE ON member_merge_part BEGIN
  SELECT RAISE(ABORT, 'member_merge_part_append_only');
END;
-- next
CREATE TRIGGER member_merge_part_no_delete BEFORE DELETE ON member_merge_part BEGIN
  SELECT RAISE(ABORT, 'member_merge_part_append_only');
END;
-- next
CREATE TRIGGER member_merge_field_no_update BEFORE UPDATE ON member_merge_field BEGIN
  SELECT RAISE(ABORT, 'member_merge_field_append_only');
END;
-- next
CREATE TRIGGER member_merge_field_no_delete BEFORE DELETE ON member_merge_field BEGIN
  SELECT RAISE(ABORT, 'member_merge_field_append_only');
END;
-- next
CREATE TRIGGER member_merge_undo_no_update BEFORE UPDATE ON member_merge_undo BEGIN
  SELECT RAISE(ABORT, 'member_merge_undo_append_only');
END;
-- next
CREATE TRIGGER member_merge_undo_no_delete BEFORE DELETE ON member_merge_undo BEGIN
  SELECT RAISE(ABORT, 'member_merge_undo_append_only');
END;
-- next
CREATE TRIGGER subject_request_no_update BEFORE UPDATE OF
    id, member_id, store_id, kind, asked_at, due_on, taken_by
  ON subject_request BEGIN
  SELECT RAISE(ABORT, 'subject_request_append_only');
END;
-- next
CREATE TRIGGER subject_request_no_delete BEFORE DELETE ON subject_request BEGIN
  SELECT RAISE(ABORT, 'subject_request_append_only');
END;
