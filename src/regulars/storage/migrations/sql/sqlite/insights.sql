-- Where a member stood is history: it explains what she was sent, and is not rewritten.
CREATE TRIGGER member_stage_no_update BEFORE UPDATE ON member_stage BEGIN
  SELECT RAISE(ABORT, 'member_stage_append_only');
END;
-- next
CREATE TRIGGER member_stage_no_delete BEFORE DELETE ON member_stage BEGIN
  SELECT RAISE(ABORT, 'member_stage_append_only');
END;
-- next
-- Edges by which members were judged stay, so that a class of last month can be explained.
CREATE TRIGGER cut_points_no_update BEFORE UPDATE ON cut_points BEGIN
  SELECT RAISE(ABORT, 'cut_points_append_only');
END;
-- next
CREATE TRIGGER cut_points_no_delete BEFORE DELETE ON cut_points BEGIN
  SELECT RAISE(ABORT, 'cut_points_append_only');
END;
-- next
-- What a guest said stays as she said it.
CREATE TRIGGER survey_answer_no_update BEFORE UPDATE ON survey_answer BEGIN
  SELECT RAISE(ABORT, 'survey_answer_append_only');
END;
-- next
CREATE TRIGGER survey_answer_no_delete BEFORE DELETE ON survey_answer BEGIN
  SELECT RAISE(ABORT, 'survey_answer_append_only');
END;
