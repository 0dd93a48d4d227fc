-- Held while something is recorded in the fund: its last instant, number and hash (rule M8).
create table ledger_head (
    fund_id {uuid} primary key references pooled_fund (id),
    sequence {bigint} not null,
    known_at {bigint} not null,
    hash {bytes} not null
);

create table ledger_account (
    id {uuid} primary key,
    fund_id {uuid} not null references pooled_fund (id),
    kind text not null,
    scheme_id {uuid} references scheme (id),
    partner_id {uuid} references organisation (id),
    funder_id {uuid} references organisation (id),
    source_code text,
    contribution_year integer,
    -- What the account is about, in one text: absent parts are null, and nulls are never unique.
    designation text not null,
    unique (fund_id, designation)
);

create table ledger_transaction (
    id {uuid} primary key,
    fund_id {uuid} not null references pooled_fund (id),
    sequence {bigint} not null,
    kind text not null,
    financial_year integer not null,
    period integer not null check (period between 1 and 14),
    effective_on date not null,
    known_at {bigint} not null,
    known_month integer not null,
    description text not null,
    reason text,
    scheme_id {uuid} references scheme (id),
    payee_id {uuid} references organisation (id),
    reverses_id {uuid} unique references ledger_transaction (id),
    adjusts_id {uuid} references ledger_transaction (id),
    settles_id {uuid} references ledger_transaction (id),
    corrects_year integer,
    corrects_period integer,
    posted_by_id {uuid},
    posted_as_id {uuid} not null references organisation (id),
    previous_hash {bytes} not null,
    hash {bytes} not null,
    unique (fund_id, sequence),
    unique (fund_id, known_at)
);
create index ledger_transaction_by_period
    on ledger_transaction (fund_id, financial_year, period, effective_on);
create index ledger_transaction_by_date on ledger_transaction (fund_id, effective_on, id);
create index ledger_transaction_by_corrected
    on ledger_transaction (fund_id, corrects_year, corrects_period);
-- What a year left is carried into the next once.
create unique index ledger_transaction_carried_once
    on ledger_transaction (fund_id, financial_year) where kind = 'CARRY_FORWARD';
create index ledger_transaction_by_settled on ledger_transaction (settles_id);
create index ledger_transaction_by_adjusted on ledger_transaction (adjusts_id);
create index ledger_transaction_by_payee on ledger_transaction (payee_id, fund_id, financial_year);

-- Entries come first, under a foreign key that is checked at the end; the transaction seals them.
create table ledger_entry (
    transaction_id {uuid} not null
        references ledger_transaction (id) deferrable initially deferred,
    line integer not null check (line > 0),
    account_id {uuid} not null references ledger_account (id),
    amount_pence {bigint} not null check (amount_pence <> 0),
    primary key (transaction_id, line)
);

-- Sums of entries by account, period of effect and month of recording, kept by the database.
create table ledger_balance (
    fund_id {uuid} not null references pooled_fund (id),
    financial_year integer not null,
    period integer not null,
    known_month integer not null,
    account_id {uuid} not null references ledger_account (id),
    amount_pence {bigint} not null,
    entries {bigint} not null,
    primary key (fund_id, financial_year, period, known_month, account_id)
);
create index ledger_balance_by_account on ledger_balance (account_id);

-- Closings in the order in which they happened; a period without one is open (rule M9).
create table period_closing (
    fund_id {uuid} not null references pooled_fund (id),
    financial_year integer not null,
    period integer not null check (period between 1 and 14),
    status text not null,
    reason text not null,
    known_at {bigint} not null,
    primary key (fund_id, financial_year, period, status)
);

create table idempotency_key (
    organisation_id {uuid} not null references organisation (id),
    mutation text not null,
    key text not null check (length(key) between 1 and 200),
    content_hash {bytes} not null,
    result_id {uuid} not null,
    recorded_at {bigint} not null,
    primary key (organisation_id, mutation, key)
);
