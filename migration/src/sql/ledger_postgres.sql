-- An entry joins a transaction only before the transaction exists. The lock makes two sessions
-- that use one transaction id wait for each other, so that neither misses what the other did.
create function entry_before_seal() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(new.transaction_id::text, 0));
    if exists (select from ledger_transaction where id = new.transaction_id) then
        raise exception 'the transaction is sealed: correct it by a reversal';
    end if;
    return new;
end $$;
create trigger ledger_entry_before_seal before insert on ledger_entry
    for each row execute function entry_before_seal();

create function seal() returns trigger language plpgsql as $$
declare
    entries bigint;
    total numeric;
    foreign_accounts bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended(new.id::text, 0));
    select count(*), coalesce(sum(e.amount_pence), 0), count(*) filter (where a.fund_id <> new.fund_id)
      into entries, total, foreign_accounts
      from ledger_entry e join ledger_account a on a.id = e.account_id
     where e.transaction_id = new.id;
    if entries < 2 then
        raise exception 'a transaction has at least two entries';
    elsif total <> 0 then
        raise exception 'the entries of a transaction sum to zero';
    elsif foreign_accounts > 0 then
        raise exception 'a transaction belongs to one fund';
    end if;
    insert into ledger_balance as kept
        (fund_id, financial_year, period, known_month, account_id, amount_pence, entries)
    select new.fund_id, new.financial_year, new.period, new.known_month, account_id,
           sum(amount_pence)::bigint, count(*)
      from ledger_entry where transaction_id = new.id group by account_id
    on conflict (fund_id, financial_year, period, known_month, account_id) do update
       set amount_pence = kept.amount_pence + excluded.amount_pence,
           entries = kept.entries + excluded.entries;
    return new;
end $$;
create trigger ledger_transaction_seal before insert on ledger_transaction
    for each row execute function seal();

-- Balances are changed by sealing alone, which is one level deep in triggers.
create function balance_by_seal() returns trigger language plpgsql as $$
begin
    if pg_trigger_depth() < 2 or tg_op = 'DELETE' then
        raise exception 'balances are kept by the ledger';
    end if;
    return new;
end $$;
create trigger ledger_balance_by_seal before insert or update or delete on ledger_balance
    for each row execute function balance_by_seal();

-- Changed by every posting: room on the page keeps the new version beside the old one.
alter table ledger_balance set (fillfactor = 50);
alter table ledger_head set (fillfactor = 50);
