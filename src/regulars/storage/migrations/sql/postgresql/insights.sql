-- Where a member stood is history: it explains what she was sent, and is not rewritten.
CREATE TRIGGER member_stage_append_only BEFORE UPDATE OR DELETE ON member_stage
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER member_stage_no_truncate BEFORE TRUNCATE ON member_stage
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
-- Edges by which members were judged stay, so that a class of last month can be explained.
CREATE TRIGGER cut_points_append_only BEFORE UPDATE OR DELETE ON cut_points
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER cut_points_no_truncate BEFORE TRUNCATE ON cut_points
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
-- What a guest said stays as she said it.
CREATE TRIGGER survey_answer_append_only BEFORE UPDATE OR DELETE ON survey_answer
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER survey_answer_no_truncate BEFORE TRUNCATE ON survey_answer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
