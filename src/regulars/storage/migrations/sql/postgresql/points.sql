-- Who has been warned is not edited.
CREATE TRIGGER expiry_warning_append_only BEFORE UPDATE OR DELETE ON expiry_warning
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER expiry_warning_no_truncate BEFORE TRUNCATE ON expiry_warning
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
-- One change for all uses that a statement writes: ten thousand lots end in a second.
DROP TRIGGER lot_use_copy ON lot_use;
-- next
CREATE OR REPLACE FUNCTION lot_use_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.lot SET remaining = remaining - used.amount
    FROM (SELECT lot_id, sum(amount)::bigint AS amount FROM added GROUP BY lot_id) AS used
    WHERE id = used.lot_id;
  RETURN NULL;
END $$;
-- next
CREATE TRIGGER lot_use_copy AFTER INSERT ON lot_use REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION lot_use_copy();
-- next
-- One change for all postings that a statement writes. An account's sides in it are a chain:
-- versions without a gap from the one that the account has, each balance the one before and the
-- amount, none below the floor.
DROP TRIGGER posting_copy ON posting;
-- next
CREATE OR REPLACE FUNCTION posting_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  chains bigint;
  moved bigint;
BEGIN
  SELECT count(DISTINCT holder) INTO chains FROM (
    SELECT from_account AS holder FROM added WHERE from_version IS NOT NULL
    UNION ALL SELECT to_account FROM added WHERE to_version IS NOT NULL
  ) AS holders;
  UPDATE public.account SET balance = chain.closing, version = chain.newest
    FROM (
      SELECT holder, min(step) AS first, max(step) AS newest, count(*) AS steps,
        min(stands) AS lowest, bool_or(gives) AS gives,
        bool_and(step_before IS NULL
          OR (step, stands) IS NOT DISTINCT FROM (step_before + 1, stood + change)) AS linked,
        (array_agg(stands - change ORDER BY step))[1] AS opening,
        (array_agg(stands ORDER BY step DESC))[1] AS closing
      FROM (
        SELECT holder, step, stands, change, gives,
          lag(step) OVER in_order AS step_before, lag(stands) OVER in_order AS stood
        FROM (
          SELECT from_account AS holder, from_version AS step, from_after AS stands,
            -amount AS change, true AS gives FROM added WHERE from_version IS NOT NULL
          UNION ALL
          SELECT to_account, to_version, to_after, amount, false
            FROM added WHERE to_version IS NOT NULL
        ) AS sides WINDOW in_order AS (PARTITION BY holder ORDER BY step)
      ) AS steps GROUP BY holder
    ) AS chain
    WHERE id = chain.holder AND cached AND version = chain.first - 1
      AND chain.newest = version + chain.steps AND chain.linked AND balance = chain.opening
      AND (floor IS NULL OR chain.lowest >= floor OR chain.closing < floor)
      AND state <> 'closed' AND (state = 'open' OR NOT chain.gives);
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> chains OR EXISTS (
    SELECT FROM added JOIN public.account ON id = from_account
    WHERE from_version IS NULL AND (cached OR state <> 'open' OR from_after IS NOT NULL)
  ) OR EXISTS (
    SELECT FROM added JOIN public.account ON id = to_account
    WHERE to_version IS NULL AND (cached OR state = 'closed' OR to_after IS NOT NULL)
  ) THEN
    PERFORM public.posting_refused(holder, gives) FROM (
      SELECT holder, gives FROM (
        SELECT from_account AS holder, true AS gives FROM added
        UNION ALL SELECT to_account, false FROM added
      ) AS sides JOIN public.account ON id = holder
      ORDER BY state = 'closed' DESC, state = 'frozen' AND gives DESC LIMIT 1
    ) AS worst;
  END IF;
  RETURN NULL;
END $$;
-- next
CREATE TRIGGER posting_copy AFTER INSERT ON posting REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION posting_copy();
