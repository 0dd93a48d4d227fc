-- An entry joins a transaction only before the transaction exists.
create trigger ledger_entry_before_seal before insert on ledger_entry
when exists (select 1 from ledger_transaction where id = new.transaction_id)
begin select raise(abort, 'the transaction is sealed: correct it by a reversal'); end;

-- INSERT OR REPLACE deletes without asking the delete trigger.
create trigger ledger_entry_no_replace before insert on ledger_entry
when exists (select 1 from ledger_entry where transaction_id = new.transaction_id and line = new.line)
begin select raise(abort, 'ledger_entry is append-only'); end;

create trigger ledger_transaction_no_replace before insert on ledger_transaction
when exists (select 1 from ledger_transaction
              where id = new.id
                 or (fund_id = new.fund_id and sequence = new.sequence)
                 or (fund_id = new.fund_id and known_at = new.known_at)
                 or (reverses_id is not null and reverses_id = new.reverses_id))
begin select raise(abort, 'ledger_transaction is append-only'); end;

create trigger ledger_transaction_seal before insert on ledger_transaction
begin
    select raise(abort, 'a transaction has at least two entries')
     where (select count(*) from ledger_entry where transaction_id = new.id) < 2;
    select raise(abort, 'the entries of a transaction sum to zero')
     where (select sum(amount_pence) from ledger_entry where transaction_id = new.id) <> 0;
    select raise(abort, 'a transaction belongs to one fund')
     where exists (select 1 from ledger_entry e join ledger_account a on a.id = e.account_id
                    where e.transaction_id = new.id and a.fund_id <> new.fund_id);
    insert into ledger_balance
        (fund_id, financial_year, period, known_month, account_id, amount_pence, entries)
    select new.fund_id, new.financial_year, new.period, new.known_month, account_id,
           sum(amount_pence), count(*)
      from ledger_entry where transaction_id = new.id group by account_id
    on conflict (fund_id, financial_year, period, known_month, account_id) do update
       set amount_pence = amount_pence + excluded.amount_pence,
           entries = entries + excluded.entries;
end;
