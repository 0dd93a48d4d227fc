-- An entry joins a transaction only before the transaction exists. Entries are numbered one after
-- the other, so that of two sessions that use one transaction id the second waits at line 1 for the
-- first to end, and is refused: the primary key says so, and no lock is kept for each transaction.
create or replace function entry_before_seal() returns trigger language plpgsql as $$
begin
    if exists (select from ledger_transaction where id = new.transaction_id) then
        raise exception 'the transaction is sealed: correct it by a reversal';
    elsif new.line <> 1 and not exists (
        select from ledger_entry
         where transaction_id = new.transaction_id and line = new.line - 1
    ) then
        raise exception 'the entries of a transaction are numbered one after the other';
    end if;
    return new;
end $$;

create or replace function seal() returns trigger language plpgsql as $$
declare
    entries bigint;
    total numeric;
    foreign_accounts bigint;
begin
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
