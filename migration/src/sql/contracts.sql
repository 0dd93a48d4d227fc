-- Contracts (rules C1 and C8): who bought what from whom, on which terms, for how much. What was once
-- recorded stays: terms, values and states are dated facts, and parties end.
create table contract (
    id {uuid} primary key,
    owner_id {uuid} not null references organisation (id),
    reference text not null check (length(reference) between 1 and 60),
    agreement_id {uuid} references partnership_agreement (id),
    opened_on date not null,
    -- Null while it is a draft, which commissioners and their partners alone see.
    shared_on date,
    version integer not null default 1,
    unique (owner_id, reference)
);
create index contract_by_agreement on contract (agreement_id);
create index contract_by_reference on contract (reference);

create table contract_variation (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    number integer not null check (number > 0),
    summary text not null check (length(summary) between 1 and 1000),
    effective_on date not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number)
);

-- Every commissioner decides on its own (rules G1 and G4).
create table contract_variation_approval (
    variation_id {uuid} not null references contract_variation (id),
    organisation_id {uuid} not null references organisation (id),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_on date not null,
    known_at {bigint} not null,
    primary key (variation_id, organisation_id)
);

create table contract_terms (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    number integer not null check (number > 0),
    is_draft boolean not null,
    title text not null check (length(title) between 1 and 300),
    model text check (model in ('LEAD_PROVIDER', 'PRIME_PROVIDER', 'PRIME_CONTRACTOR', 'ALLIANCE',
        'CONSORTIUM', 'SINGLE_ENTITY', 'BILATERAL', 'FRAMEWORK_CALL_OFF', 'PRIMARY_CARE')),
    form text check (length(form) between 1 and 200),
    services {json} not null,
    starts_on date,
    ends_on date,
    extension_months {json} not null,
    extensions_used integer not null default 0 check (extensions_used >= 0),
    vat_regime text,
    variation_id {uuid} references contract_variation (id),
    effective_on date not null,
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number),
    check (starts_on is null or ends_on is null or starts_on <= ends_on),
    check (form is null or model = 'PRIMARY_CARE')
);

-- One that ends before it starts was taken back.
create table contract_commissioner (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    organisation_id {uuid} not null references organisation (id),
    role text not null check (role in ('CO_ORDINATING', 'ASSOCIATE')),
    weight {bigint} check (weight > 0),
    weight_total {bigint} check (weight_total >= weight),
    position integer not null check (position > 0),
    starts_on date not null,
    ends_on date,
    recorded_on date not null,
    known_at {bigint} not null,
    end_known_at {bigint},
    check ((weight is null) = (weight_total is null)),
    check ((ends_on is null) = (end_known_at is null))
);
create index contract_commissioner_by_contract on contract_commissioner (contract_id, position);
create index contract_commissioner_by_organisation on contract_commissioner (organisation_id);

create table contract_provider (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    organisation_id {uuid} not null references organisation (id),
    role text not null check (role in ('LEAD', 'MEMBER')),
    position integer not null check (position > 0),
    starts_on date not null,
    ends_on date,
    recorded_on date not null,
    known_at {bigint} not null,
    end_known_at {bigint},
    check ((ends_on is null) = (end_known_at is null))
);
create index contract_provider_by_contract on contract_provider (contract_id, position);
create index contract_provider_by_organisation on contract_provider (organisation_id);

-- What it is expected to cost: confidential apart from the terms, so that it has rows and versions of
-- its own (rule V8).
create table contract_value (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    version integer not null check (version > 0),
    financial_year integer not null,
    is_draft boolean not null,
    amount_pence {bigint} not null check (amount_pence >= 0),
    variation_id {uuid} references contract_variation (id),
    effective_on date not null,
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, version, financial_year)
);

create table contract_status_change (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    number integer not null check (number > 0),
    status text not null check (status in ('DRAFT', 'IN_STANDSTILL', 'MOBILISING', 'ACTIVE',
        'SUSPENDED', 'NOTICE_GIVEN', 'TERMINATED', 'EXPIRED', 'CANCELLED', 'ABANDONED')),
    suspended_part text check (length(suspended_part) between 1 and 300),
    continuity text check (length(continuity) between 1 and 2000),
    reason_code text,
    reason text check (length(reason) between 1 and 2000),
    document_reference text check (length(document_reference) between 1 and 300),
    takes_effect_on date,
    deciding_body text,
    decided_on date,
    minute_reference text,
    effective_on date not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number),
    check (status = 'SUSPENDED' or (suspended_part is null and continuity is null)),
    check (status <> 'SUSPENDED' or continuity is not null)
);

-- What has to be so before the services may begin.
create table contract_condition (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    number integer not null check (number > 0),
    description text not null check (length(description) between 1 and 1000),
    due_on date,
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number)
);

create table contract_condition_met (
    condition_id {uuid} primary key references contract_condition (id),
    met_on date not null,
    evidence text not null check (length(evidence) between 1 and 1000),
    recorded_on date not null,
    known_at {bigint} not null
);

-- A guarantee that the contract asks for; one that was not given yet is open.
create table contract_guarantee (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    number integer not null check (number > 0),
    kind text not null check (kind in ('PARENT_COMPANY', 'PERFORMANCE_BOND', 'FINANCIAL', 'OTHER')),
    description text check (length(description) between 1 and 1000),
    amount_pence {bigint} check (amount_pence >= 0),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number)
);

create table contract_guarantee_given (
    guarantee_id {uuid} not null references contract_guarantee (id),
    number integer not null check (number > 0),
    given_by_id {uuid} not null references organisation (id),
    document_reference text not null check (length(document_reference) between 1 and 300),
    starts_on date not null,
    ends_on date,
    recorded_on date not null,
    known_at {bigint} not null,
    primary key (guarantee_id, number),
    check (ends_on is null or starts_on <= ends_on)
);
