-- What contracts pay is run, approved by the host, posted, and lives line by line (rule C11).
create table payment_run (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    number integer not null check (number > 0),
    financial_year integer not null,
    period integer not null check (period between 1 and 12),
    pays_to date not null,
    fund_id {uuid} not null references pooled_fund (id),
    scheme_id {uuid} not null references scheme (id),
    payee_id {uuid} not null references organisation (id),
    payee_position integer not null check (payee_position > 0),
    rule_version integer not null check (rule_version > 0),
    as_of date not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number)
);
create index payment_run_by_fund on payment_run (fund_id);

create table payment_run_line (
    id {uuid} primary key,
    run_id {uuid} not null references payment_run (id),
    number integer not null check (number > 0),
    component_id {uuid} not null references pay_component (id),
    period integer not null check (period between 1 and 12),
    nature text not null check (nature in ('DUE', 'ON_ACCOUNT', 'WITHHELD', 'RELEASED')),
    is_adjustment boolean not null,
    amount_pence {bigint} not null check (amount_pence <> 0),
    explanation text not null,
    unique (run_id, number),
    unique (run_id, component_id, period, nature)
);

-- One decision a run: of two at once the second is refused.
create table payment_run_decision (
    run_id {uuid} primary key references payment_run (id),
    decision text not null check (decision in ('APPROVED', 'REFUSED')),
    reason text check (length(reason) between 1 and 2000),
    transaction_id {uuid} unique references ledger_transaction (id),
    recorded_by_id {uuid} not null,
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    check (decision <> 'REFUSED' or (reason is not null and transaction_id is null))
);

create table payment_run_act (
    id {uuid} primary key,
    line_id {uuid} not null references payment_run_line (id),
    number integer not null check (number > 0),
    kind text not null
        check (kind in ('CLAIMED', 'QUERIED', 'ANSWERED', 'ACCEPTED', 'PAID', 'RECONCILED')),
    side text not null check (side in ('PAYER', 'PAYEE')),
    amount_pence {bigint} check (amount_pence > 0),
    reason text check (length(reason) between 1 and 1000),
    happened_on date,
    transaction_id {uuid} unique references ledger_transaction (id),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (line_id, number),
    check ((kind = 'QUERIED') = (amount_pence is not null)),
    check (kind not in ('QUERIED', 'ANSWERED') or reason is not null),
    check ((kind in ('PAID', 'RECONCILED')) = (happened_on is not null)),
    check ((kind = 'PAID') = (transaction_id is not null))
);
-- A line is claimed, paid and confirmed once.
create unique index payment_run_act_once on payment_run_act (line_id, kind)
    where kind in ('CLAIMED', 'ACCEPTED', 'PAID', 'RECONCILED');
