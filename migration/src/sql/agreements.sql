create table partnership_agreement (
    id {uuid} primary key,
    owner_id {uuid} not null references organisation (id),
    reference text not null check (length(reference) between 1 and 60),
    title text not null check (length(title) between 1 and 300),
    aims text not null,
    statutory_basis text not null,
    status text not null,
    evidence text not null,
    pool_manager text,
    starts_on date not null,
    ends_on date,
    notice_months integer,
    postings text not null default 'LIVE',
    version integer not null default 1,
    unique (owner_id, reference),
    check (ends_on is null or starts_on <= ends_on),
    -- Rule G2: a signed agreement without a pool manager cannot be in force. The host is a relation
    -- with dates, which the program looks at.
    check (not (status = 'IN_FORCE' and evidence = 'SIGNED' and pool_manager is null))
);
create index partnership_agreement_by_reference on partnership_agreement (reference);

create table pooled_fund (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    owner_id {uuid} not null references organisation (id),
    reference text not null check (length(reference) between 1 and 60),
    name text not null check (length(name) between 1 and 300),
    kind text not null,
    starts_on date not null,
    over_programming_approval text,
    version integer not null default 1,
    unique (owner_id, reference)
);
create index pooled_fund_by_agreement on pooled_fund (agreement_id, name);
create index pooled_fund_by_reference on pooled_fund (reference);

create table contribution (
    id {uuid} primary key,
    fund_id {uuid} not null references pooled_fund (id),
    partner_id {uuid} not null references organisation (id),
    source_code text not null,
    financial_year integer not null,
    version integer not null default 1,
    unique (fund_id, financial_year, partner_id, source_code)
);

create table contribution_instalment (
    contribution_id {uuid} not null references contribution (id),
    number integer not null check (number > 0),
    due_on date not null,
    amount_pence {bigint} not null check (amount_pence > 0),
    primary key (contribution_id, number)
);

create table scheme (
    id {uuid} primary key,
    fund_id {uuid} not null references pooled_fund (id),
    reference text not null check (length(reference) between 1 and 60),
    name text not null check (length(name) between 1 and 300),
    scheme_type_code text not null,
    area_of_spend_code text,
    commissioner_id {uuid} not null references organisation (id),
    provider_id {uuid} references organisation (id),
    is_recurrent boolean not null,
    is_capital boolean not null,
    starts_on date not null,
    version integer not null default 1,
    unique (fund_id, reference)
);
create index scheme_by_provider on scheme (provider_id, fund_id);

create table budget_movement (
    id {uuid} primary key,
    fund_id {uuid} not null references pooled_fund (id),
    financial_year integer not null,
    kind text not null,
    reason text not null,
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    effective_on date not null,
    known_at {bigint} not null
);
create index budget_movement_by_fund on budget_movement (fund_id, financial_year);

create table contribution_change (
    id {uuid} primary key,
    contribution_id {uuid} not null references contribution (id),
    kind text not null,
    amount_pence {bigint} not null,
    effective_on date not null,
    known_at {bigint} not null,
    movement_id {uuid} references budget_movement (id),
    -- Rule M12: what a partner plans to pay in is never negative.
    check (kind <> 'PLANNED' or amount_pence >= 0)
);
create index contribution_change_by_contribution on contribution_change (contribution_id);

create table budget_change (
    id {uuid} primary key,
    scheme_id {uuid} not null references scheme (id),
    financial_year integer not null,
    kind text not null,
    amount_pence {bigint} not null,
    effective_on date not null,
    known_at {bigint} not null,
    movement_id {uuid} references budget_movement (id)
);
create index budget_change_by_scheme on budget_change (scheme_id, financial_year);

create table budget_period (
    change_id {uuid} not null references budget_change (id),
    period integer not null check (period between 1 and 12),
    amount_pence {bigint} not null,
    primary key (change_id, period)
);

create table funding_split (
    id {uuid} primary key,
    scheme_id {uuid} not null references scheme (id),
    financial_year integer not null,
    effective_on date not null,
    known_at {bigint} not null
);
create index funding_split_by_scheme on funding_split (scheme_id, financial_year);

create table funding_split_share (
    split_id {uuid} not null references funding_split (id),
    position integer not null,
    partner_id {uuid} not null references organisation (id),
    source_code text not null,
    weight {bigint} not null check (weight > 0),
    primary key (split_id, position)
);

create table commitment (
    id {uuid} primary key,
    scheme_id {uuid} not null references scheme (id),
    financial_year integer not null,
    payee_id {uuid} references organisation (id),
    description text not null,
    amount_pence {bigint} not null check (amount_pence <> 0),
    releases_id {uuid} references commitment (id),
    effective_on date not null,
    known_at {bigint} not null,
    -- A promise is positive; what releases it is negative and names it.
    check ((releases_id is null) = (amount_pence > 0))
);
create index commitment_by_scheme on commitment (scheme_id, financial_year);
create index commitment_by_released on commitment (releases_id);

create table forecast (
    id {uuid} primary key,
    fund_id {uuid} not null references pooled_fund (id),
    financial_year integer not null,
    version integer not null,
    commentary text not null,
    recorded_at {bigint} not null,
    recorded_on date not null,
    unique (fund_id, financial_year, version)
);

create table forecast_line (
    forecast_id {uuid} not null references forecast (id),
    scheme_id {uuid} not null references scheme (id),
    period integer not null check (period between 1 and 12),
    amount_pence {bigint} not null,
    primary key (forecast_id, scheme_id, period)
);

-- A forecast is a draft until the host submits it; the submission is a fact of its own.
create table forecast_submission (
    forecast_id {uuid} primary key references forecast (id),
    known_at {bigint} not null,
    submitted_on date not null
);

-- Who stands in which relation to an agreement, a fund of it or a scheme, and when. With teams,
-- grants and successions the only source of every view.
create table relation (
    id {uuid} primary key,
    kind text not null check (kind in (
        'HOST', 'PARTNER', 'PARTY', 'BOARD_MEMBER', 'OBSERVER', 'FUNDED_PROVIDER',
        'COORDINATING_COMMISSIONER', 'ASSOCIATE_COMMISSIONER', 'LEAD_PROVIDER',
        'CONSORTIUM_MEMBER', 'BUYER', 'SELLER', 'REGULATOR', 'AUDITOR')),
    organisation_id {uuid} not null references organisation (id),
    agreement_id {uuid} not null references partnership_agreement (id),
    fund_id {uuid} references pooled_fund (id),
    scheme_id {uuid} references scheme (id),
    position integer,
    starts_on date not null,
    ends_on date,
    check (ends_on is null or starts_on <= ends_on),
    check ((kind = 'FUNDED_PROVIDER') = (scheme_id is not null)),
    check (scheme_id is null or fund_id is not null),
    check ((kind = 'PARTNER') = (position is not null))
);
create index relation_by_agreement on relation (agreement_id);
create index relation_by_organisation on relation (organisation_id);
create index relation_by_scheme on relation (scheme_id);

create table team (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    name text not null check (length(name) between 1 and 200),
    service_area text not null check (length(service_area) between 1 and 200),
    starts_on date not null,
    ends_on date,
    version integer not null default 1,
    unique (agreement_id, name),
    check (ends_on is null or starts_on <= ends_on)
);

create table access_grant (
    id {uuid} primary key,
    organisation_id {uuid} not null references organisation (id),
    agreement_id {uuid} not null references partnership_agreement (id),
    fund_id {uuid} references pooled_fund (id),
    purpose text not null check (length(purpose) between 1 and 1000),
    granted_by_id {uuid} not null references organisation (id),
    covers_from date,
    covers_to date,
    starts_on date not null,
    ends_on date not null,
    check (starts_on <= ends_on),
    check (covers_from is null or covers_to is null or covers_from <= covers_to)
);
create index access_grant_by_agreement on access_grant (agreement_id);
create index access_grant_by_organisation on access_grant (organisation_id);

create table succession_takeover (
    agreement_id {uuid} not null references partnership_agreement (id),
    predecessor_id {uuid} not null references organisation (id),
    successor_id {uuid} not null references organisation (id),
    primary key (agreement_id, predecessor_id)
);

create table period_release (
    fund_id {uuid} not null references pooled_fund (id),
    financial_year integer not null,
    period integer not null check (period between 1 and 14),
    known_at {bigint} not null,
    primary key (fund_id, financial_year, period)
);

-- Which roots (agreements and funds) a holder sees, with the keys of their lists as it sees them:
-- derived in the transaction that changes a relation. Everything else inherits its root's.
create table access (
    holder_id {uuid} not null,
    root_id {uuid} not null,
    root_kind text not null check (root_kind in ('AGREEMENT', 'FUND')),
    name text not null,
    reference text not null,
    starts_on date not null,
    windows {json} not null,
    primary key (holder_id, root_id)
);
create index access_by_root on access (root_id);
create index access_by_name on access (holder_id, root_kind, name, root_id);
create index access_by_reference on access (holder_id, root_kind, reference, root_id);
create index access_by_start on access (holder_id, root_kind, starts_on, root_id);

-- The same relations, one a row, for the conditions of queries and of row-level security.
create table access_window (
    holder_id {uuid} not null,
    root_id {uuid} not null,
    number integer not null,
    relation text not null,
    scheme_id {uuid},
    position integer,
    acts boolean not null,
    is_live boolean not null,
    covers_from date not null,
    covers_to date not null,
    from_year integer not null,
    to_year integer not null,
    usable_from date not null,
    usable_to date not null,
    primary key (holder_id, root_id, number)
);
create index access_window_by_root on access_window (root_id, relation);
