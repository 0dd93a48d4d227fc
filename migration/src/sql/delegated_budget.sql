-- Budgets that a contract's commissioner delegated to others, who say what they spent of them. Nothing
-- of it is ever changed: a later version takes the place of an earlier one, and what was recorded as
-- spent wrongly is reversed.
create table delegated_budget (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    holder_id {uuid} not null references organisation (id),
    purpose text not null check (length(purpose) between 1 and 200),
    starts_on date not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null
);
create index delegated_budget_by_contract on delegated_budget (contract_id, recorded_at);
create index delegated_budget_by_holder on delegated_budget (holder_id);

create table delegated_budget_version (
    budget_id {uuid} not null references delegated_budget (id),
    -- Of two at once the second is refused.
    number integer not null check (number > 0),
    effective_on date not null,
    is_withdrawal boolean not null,
    reason text check (length(reason) between 1 and 1000),
    deciding_body text not null check (length(deciding_body) between 1 and 200),
    decided_on date not null,
    minute_reference text not null check (length(minute_reference) between 1 and 200),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (budget_id, number),
    check (is_withdrawal = (reason is not null)),
    check (decided_on <= recorded_on)
);

create table delegated_budget_amount (
    budget_id {uuid} not null,
    version integer not null,
    financial_year integer not null,
    amount_pence {bigint} not null check (amount_pence >= 0),
    primary key (budget_id, version, financial_year),
    foreign key (budget_id, version) references delegated_budget_version (budget_id, number)
);

-- The statement of who holds a budget of how the money was used. No posting of a pooled fund.
create table delegated_spending (
    id {uuid} primary key,
    budget_id {uuid} not null references delegated_budget (id),
    number integer not null check (number > 0),
    payee_id {uuid} not null references organisation (id),
    -- Whoever was paid from a budget has a place in it, from 1; who holds it has place 0.
    payee_position integer not null check (payee_position > 0),
    spent_on date not null,
    purpose text not null check (length(purpose) between 1 and 200),
    amount_pence {bigint} not null,
    document_reference text not null check (length(document_reference) between 1 and 100),
    -- What is reversed is so once, and whole.
    reverses_id {uuid} unique references delegated_spending (id),
    reason text check (length(reason) between 1 and 1000),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    unique (budget_id, number),
    check ((reverses_id is not null) = (reason is not null)),
    check ((reverses_id is null and amount_pence > 0) or (reverses_id is not null and amount_pence < 0)),
    check (spent_on <= recorded_on)
);
create index delegated_spending_by_day on delegated_spending (budget_id, spent_on);
create index delegated_spending_by_payee on delegated_spending (payee_id);
