-- The seal of the ledger on SQLite. Postings are written first, their entry last; the deferred key
-- refuses a COMMIT that forgot the entry. SQLite adds no key to a table, so the empty table is
-- made again with it.
-- A trigger says no with a name that reads like a constraint: `storage/constraints.py` tells them.
DROP TABLE posting;
-- next
CREATE TABLE posting (
  entry_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  unit TEXT NOT NULL,
  from_account INTEGER NOT NULL,
  to_account INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  from_version INTEGER,
  from_after INTEGER,
  to_version INTEGER,
  to_after INTEGER,
  CONSTRAINT pk_posting PRIMARY KEY (entry_id, number),
  CONSTRAINT fk_posting_entry_id FOREIGN KEY (entry_id) REFERENCES entry (id)
    DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT fk_posting_from_account_unit FOREIGN KEY (from_account, unit)
    REFERENCES account (id, unit),
  CONSTRAINT fk_posting_to_account_unit FOREIGN KEY (to_account, unit)
    REFERENCES account (id, unit),
  CONSTRAINT ck_posting_amount_positive CHECK (amount > 0),
  CONSTRAINT ck_posting_accounts_differ CHECK (from_account <> to_account)
) STRICT, WITHOUT ROWID;
-- next
CREATE UNIQUE INDEX posting_by_from ON posting (from_account, from_version)
  WHERE from_version IS NOT NULL;
-- next
CREATE UNIQUE INDEX posting_by_to ON posting (to_account, to_version)
  WHERE to_version IS NOT NULL;
-- next
CREATE TRIGGER entry_seal BEFORE INSERT ON entry BEGIN
  SELECT RAISE(ABORT, 'pk_entry') WHERE EXISTS (SELECT 1 FROM entry WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'uq_entry_business_id')
    WHERE EXISTS (SELECT 1 FROM entry WHERE business_id = NEW.business_id);
  SELECT RAISE(ABORT, 'entry_count')
    WHERE NEW.postings < 1
       OR (SELECT count(*) FROM posting WHERE entry_id = NEW.id) <> NEW.postings;
END;
-- next
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN
  SELECT RAISE(ABORT, 'entry_append_only');
END;
-- next
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN
  SELECT RAISE(ABORT, 'entry_append_only');
END;
-- next
CREATE TRIGGER posting_check BEFORE INSERT ON posting BEGIN
  SELECT RAISE(ABORT, 'posting_late') WHERE EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry_id);
  SELECT CASE
      WHEN state = 'closed' THEN RAISE(ABORT, 'posting_closed')
      WHEN state = 'frozen' THEN RAISE(ABORT, 'posting_from_frozen')
      WHEN NOT cached THEN
        CASE WHEN NEW.from_version IS NOT NULL OR NEW.from_after IS NOT NULL
             THEN RAISE(ABORT, 'posting_version') END
      WHEN NEW.from_version IS NOT version + 1 OR NEW.from_after IS NOT balance - NEW.amount
        THEN RAISE(ABORT, 'posting_version')
      WHEN NEW.from_after < floor THEN RAISE(ABORT, 'ck_account_floor')
    END
    FROM account WHERE id = NEW.from_account;
  SELECT CASE
      WHEN state = 'closed' THEN RAISE(ABORT, 'posting_closed')
      WHEN NOT cached THEN
        CASE WHEN NEW.to_version IS NOT NULL OR NEW.to_after IS NOT NULL
             THEN RAISE(ABORT, 'posting_version') END
      WHEN NEW.to_version IS NOT version + 1 OR NEW.to_after IS NOT balance + NEW.amount
        THEN RAISE(ABORT, 'posting_version')
    END
    FROM account WHERE id = NEW.to_account;
END;
-- next
CREATE TRIGGER posting_copy AFTER INSERT ON posting BEGIN
  UPDATE account SET balance = NEW.from_after, version = NEW.from_version
    WHERE id = NEW.from_account AND NEW.from_version IS NOT NULL;
  UPDATE account SET balance = NEW.to_after, version = NEW.to_version
    WHERE id = NEW.to_account AND NEW.to_version IS NOT NULL;
END;
-- next
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN
  SELECT RAISE(ABORT, 'posting_append_only');
END;
-- next
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN
  SELECT RAISE(ABORT, 'posting_append_only');
END;
-- next
CREATE TRIGGER account_born_empty BEFORE INSERT ON account
  WHEN NEW.balance <> 0 OR NEW.version <> 0 OR NEW.state <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'account_born_empty');
END;
-- next
CREATE TRIGGER account_fixed BEFORE UPDATE ON account
  WHEN NEW.id IS NOT OLD.id OR NEW.owner_id IS NOT OLD.owner_id OR NEW.kind IS NOT OLD.kind
    OR NEW.unit IS NOT OLD.unit OR NEW.cached IS NOT OLD.cached OR NEW.floor IS NOT OLD.floor
BEGIN
  SELECT RAISE(ABORT, 'account_fixed');
END;
-- next
CREATE TRIGGER account_no_shortcut BEFORE UPDATE ON account
  WHEN NEW.balance <> OLD.balance OR NEW.version <> OLD.version
BEGIN
  SELECT RAISE(ABORT, 'account_no_shortcut')
    WHERE NEW.version <> OLD.version + 1
       OR NOT (
         EXISTS (SELECT 1 FROM posting WHERE from_account = OLD.id
                 AND from_version = NEW.version AND from_after = NEW.balance)
         OR EXISTS (SELECT 1 FROM posting WHERE to_account = OLD.id
                    AND to_version = NEW.version AND to_after = NEW.balance)
       );
END;
-- next
CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN
  SELECT RAISE(ABORT, 'account_append_only');
END;
-- next
CREATE TRIGGER lot_born_full BEFORE INSERT ON lot WHEN NEW.remaining <> NEW.amount BEGIN
  SELECT RAISE(ABORT, 'lot_born_full');
END;
-- next
CREATE TRIGGER lot_no_shortcut BEFORE UPDATE ON lot BEGIN
  SELECT RAISE(ABORT, 'lot_append_only')
    WHERE NEW.id IS NOT OLD.id OR NEW.account_id IS NOT OLD.account_id
       OR NEW.amount IS NOT OLD.amount OR NEW.acquired_at IS NOT OLD.acquired_at
       OR NEW.expires_on IS NOT OLD.expires_on OR NEW.entry_id IS NOT OLD.entry_id
       OR NEW.origin IS NOT OLD.origin OR NEW.pair_id IS NOT OLD.pair_id
       OR NEW.store_id IS NOT OLD.store_id
       OR NEW.remaining <> OLD.amount
          - (SELECT coalesce(sum(amount), 0) FROM lot_use WHERE lot_id = OLD.id);
END;
-- next
CREATE TRIGGER lot_no_delete BEFORE DELETE ON lot BEGIN
  SELECT RAISE(ABORT, 'lot_append_only');
END;
-- next
CREATE TRIGGER lot_use_check BEFORE INSERT ON lot_use BEGIN
  SELECT RAISE(ABORT, 'ck_lot_remaining_in_range') FROM lot
    WHERE id = NEW.lot_id AND remaining - NEW.amount NOT BETWEEN 0 AND amount;
END;
-- next
CREATE TRIGGER lot_use_copy AFTER INSERT ON lot_use BEGIN
  UPDATE lot SET remaining = remaining - NEW.amount WHERE id = NEW.lot_id;
END;
-- next
CREATE TRIGGER lot_use_no_update BEFORE UPDATE ON lot_use BEGIN
  SELECT RAISE(ABORT, 'lot_use_append_only');
END;
-- next
CREATE TRIGGER lot_use_no_delete BEFORE DELETE ON lot_use BEGIN
  SELECT RAISE(ABORT, 'lot_use_append_only');
END;
