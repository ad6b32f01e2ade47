-- What a segment asked is not edited: who was in it was in it by that version.
CREATE TRIGGER segment_version_no_update BEFORE UPDATE ON segment_version BEGIN
  SELECT RAISE(ABORT, 'segment_version_append_only');
END;
-- next
CREATE TRIGGER segment_version_no_delete BEFORE DELETE ON segment_version BEGIN
  SELECT RAISE(ABORT, 'segment_version_append_only');
END;
