-- What a segment asked is not edited: who was in it was in it by that version.
CREATE TRIGGER segment_version_append_only BEFORE UPDATE OR DELETE ON segment_version
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER segment_version_no_truncate BEFORE TRUNCATE ON segment_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
