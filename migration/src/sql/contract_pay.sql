-- What contracts pay, and for what (rules C4 to C9): terms by version, and facts of which the later
-- recorded about the same thing counts.
create table pay_component (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    reference text not null check (length(reference) between 1 and 60),
    name text not null check (length(name) between 1 and 200),
    position integer not null check (position > 0),
    recorded_on date not null,
    unique (contract_id, reference)
);

create table pay_component_version (
    id {uuid} primary key,
    component_id {uuid} not null references pay_component (id),
    number integer not null check (number > 0),
    effective_on date not null,
    ends_on date,
    content text not null,
    deciding_body text,
    decided_on date,
    minute_reference text,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (component_id, number),
    check (ends_on is null or effective_on <= ends_on)
);

create table outcome_framework (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    number integer not null check (number > 0),
    effective_on date not null,
    content text not null,
    deciding_body text,
    decided_on date,
    minute_reference text,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number)
);

create table pay_baseline (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    financial_year integer not null,
    number integer not null check (number > 0),
    amount_pence {bigint} not null check (amount_pence >= 0),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number)
);

create table pay_list_size (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    code text not null check (length(code) between 1 and 60),
    counted_on date not null,
    number integer not null check (number > 0),
    people {bigint} not null check (people >= 0),
    source text not null check (length(source) between 1 and 300),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number)
);

create table pay_activity (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    code text not null check (length(code) between 1 and 60),
    financial_year integer not null,
    period integer not null check (period between 1 and 12),
    number integer not null check (number > 0),
    units {bigint} check (units >= 0),
    cost_pence {bigint},
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number),
    check ((units is null) <> (cost_pence is null))
);

create table measurement (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    measure_id {uuid} not null,
    financial_year integer not null,
    number integer not null check (number > 0),
    reading {bigint} not null,
    evidence text not null check (length(evidence) between 1 and 1000),
    data_quality text check (length(data_quality) between 1 and 1000),
    on_behalf_of_id {uuid} references organisation (id),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number)
);

-- One decision a measurement: of two at once the second is refused.
create table measurement_decision (
    measurement_id {uuid} primary key references measurement (id),
    contract_id {uuid} not null references contract (id),
    decision text not null check (decision in ('VALIDATED', 'REJECTED')),
    reason text check (length(reason) between 1 and 1000),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    check (decision <> 'REJECTED' or reason is not null)
);
create index measurement_decision_by_contract on measurement_decision (contract_id);
