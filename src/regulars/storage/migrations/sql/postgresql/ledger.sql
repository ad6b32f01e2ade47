-- The seal of the ledger on PostgreSQL. Postings are written first, their entry last, and both
-- carry the transaction's number: the deferred key (entry_id, tx) refuses an entry that was
-- forgotten, and a posting that another transaction adds before this one commits.
-- A trigger says no with the name of a constraint: `storage/constraints.py` tells them.
ALTER TABLE entry ADD COLUMN tx xid8 NOT NULL, ADD CONSTRAINT uq_entry_id_tx UNIQUE (id, tx);
-- next
ALTER TABLE posting ADD COLUMN tx xid8 NOT NULL,
  ADD CONSTRAINT fk_posting_entry_id_tx FOREIGN KEY (entry_id, tx) REFERENCES entry (id, tx)
    DEFERRABLE INITIALLY DEFERRED;
-- next
CREATE FUNCTION refuse(rule text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '%', rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;
-- next
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM public.refuse(TG_TABLE_NAME || '_append_only');
  RETURN NULL;
END $$;
-- next
CREATE FUNCTION entry_seal() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.tx := pg_current_xact_id();
  IF NEW.postings < 1 OR NEW.postings <> (
    SELECT count(*) FROM public.posting WHERE entry_id = NEW.id AND tx = NEW.tx
  ) THEN
    PERFORM public.refuse('entry_count');
  END IF;
  RETURN NEW;
END $$;
-- next
CREATE FUNCTION posting_check() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.tx := pg_current_xact_id();
  IF EXISTS (SELECT FROM public.entry WHERE id = NEW.entry_id) THEN
    PERFORM public.refuse('posting_late');
  END IF;
  RETURN NEW;
END $$;
-- next
CREATE FUNCTION posting_refused(account_id bigint, gives boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known_state text := (SELECT state FROM public.account WHERE id = account_id);
BEGIN
  PERFORM public.refuse(CASE
    WHEN known_state = 'closed' THEN 'posting_closed'
    WHEN known_state = 'frozen' AND gives THEN 'posting_from_frozen'
    ELSE 'posting_version'
  END);
END $$;
-- next
CREATE FUNCTION posting_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.from_version IS NULL THEN
    PERFORM FROM public.account
      WHERE id = NEW.from_account AND NOT cached AND state = 'open' AND NEW.from_after IS NULL;
  ELSE
    UPDATE public.account SET balance = NEW.from_after, version = NEW.from_version
      WHERE id = NEW.from_account AND cached AND state = 'open'
        AND version = NEW.from_version - 1 AND balance = NEW.from_after + NEW.amount;
  END IF;
  IF NOT FOUND THEN
    PERFORM public.posting_refused(NEW.from_account, true);
  END IF;
  IF NEW.to_version IS NULL THEN
    PERFORM FROM public.account
      WHERE id = NEW.to_account AND NOT cached AND state <> 'closed' AND NEW.to_after IS NULL;
  ELSE
    UPDATE public.account SET balance = NEW.to_after, version = NEW.to_version
      WHERE id = NEW.to_account AND cached AND state <> 'closed'
        AND version = NEW.to_version - 1 AND balance = NEW.to_after - NEW.amount;
  END IF;
  IF NOT FOUND THEN
    PERFORM public.posting_refused(NEW.to_account, false);
  END IF;
  RETURN NULL;
END $$;
-- next
CREATE FUNCTION lot_use_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.lot SET remaining = remaining - NEW.amount WHERE id = NEW.lot_id;
  RETURN NULL;
END $$;
-- next
CREATE FUNCTION refuse_rule() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM public.refuse(TG_ARGV[0]);
  RETURN NULL;
END $$;
-- next
-- Whoever may run a trigger's function may hang it on a table of her own, and forge rows there.
REVOKE EXECUTE ON FUNCTION posting_copy(), lot_use_copy() FROM PUBLIC;
-- next
CREATE TRIGGER entry_seal BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_seal();
-- next
CREATE TRIGGER posting_check BEFORE INSERT ON posting
  FOR EACH ROW EXECUTE FUNCTION posting_check();
-- next
CREATE TRIGGER posting_copy AFTER INSERT ON posting FOR EACH ROW EXECUTE FUNCTION posting_copy();
-- next
CREATE TRIGGER lot_use_copy AFTER INSERT ON lot_use FOR EACH ROW EXECUTE FUNCTION lot_use_copy();
-- next
CREATE TRIGGER account_born_empty BEFORE INSERT ON account FOR EACH ROW
  WHEN (NEW.balance <> 0 OR NEW.version <> 0 OR NEW.state <> 'open')
  EXECUTE FUNCTION refuse_rule('account_born_empty');
-- next
CREATE TRIGGER account_fixed BEFORE UPDATE ON account FOR EACH ROW
  WHEN ((NEW.id, NEW.owner_id, NEW.kind, NEW.unit, NEW.cached, NEW.floor)
    IS DISTINCT FROM (OLD.id, OLD.owner_id, OLD.kind, OLD.unit, OLD.cached, OLD.floor))
  EXECUTE FUNCTION refuse_rule('account_fixed');
-- next
-- A balance changes inside the trigger of a posting, never by itself.
CREATE TRIGGER account_no_shortcut BEFORE UPDATE ON account FOR EACH ROW
  WHEN (pg_trigger_depth() = 0
    AND (NEW.balance, NEW.version) IS DISTINCT FROM (OLD.balance, OLD.version))
  EXECUTE FUNCTION refuse_rule('account_no_shortcut');
-- next
CREATE TRIGGER account_no_delete BEFORE DELETE ON account
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER account_no_truncate BEFORE TRUNCATE ON account
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER lot_born_full BEFORE INSERT ON lot FOR EACH ROW
  WHEN (NEW.remaining <> NEW.amount) EXECUTE FUNCTION refuse_rule('lot_born_full');
-- next
-- What remains of a lot changes inside the trigger of a lot use, never by itself.
CREATE TRIGGER lot_no_shortcut BEFORE UPDATE ON lot FOR EACH ROW
  WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER lot_no_delete BEFORE DELETE ON lot FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER lot_no_truncate BEFORE TRUNCATE ON lot
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON entry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON posting
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON posting
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER lot_use_append_only BEFORE UPDATE OR DELETE ON lot_use
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- next
CREATE TRIGGER lot_use_no_truncate BEFORE TRUNCATE ON lot_use
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
