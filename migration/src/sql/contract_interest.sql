-- What somebody has at stake in a contract, declared before what is decided on it (rule G3). It is
-- withdrawn with a reason, and nothing of it is ever changed.
create table contract_interest (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    -- Declared before the contract was awarded: it names whom the commissioners think of.
    is_draft boolean not null,
    -- Of nobody in particular it is the whole organisation's.
    account_id {uuid},
    organisation_id {uuid} not null references organisation (id),
    declared_by_id {uuid} not null,
    kind text not null check (kind in (
        'FINANCIAL', 'NON_FINANCIAL_PROFESSIONAL', 'NON_FINANCIAL_PERSONAL', 'INDIRECT')),
    description text not null check (length(description) between 1 and 2000),
    concerns_id {uuid} not null references organisation (id),
    starts_on date not null,
    management text not null check (management in ('NOTED', 'EXCLUDED')),
    arrangement text not null check (length(arrangement) between 1 and 1000),
    recorded_on date not null,
    declared_at {bigint} not null,
    check (account_id = declared_by_id)
);
create index contract_interest_by_contract on contract_interest (contract_id, declared_at, id);

create table contract_interest_withdrawal (
    interest_id {uuid} primary key references contract_interest (id),
    reason text not null check (length(reason) between 1 and 1000),
    withdrawn_by_id {uuid} not null,
    recorded_on date not null,
    withdrawn_at {bigint} not null
);
