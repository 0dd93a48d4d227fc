create table partnership_agreement (
    id {uuid} primary key,
    reference text not null unique check (length(reference) between 1 and 60),
    title text not null check (length(title) between 1 and 300),
    aims text not null,
    statutory_basis text not null,
    status text not null,
    evidence text not null,
    host_id {uuid} references organisation (id),
    pool_manager text,
    starts_on date not null,
    ends_on date,
    notice_months integer,
    version integer not null default 1,
    check (ends_on is null or starts_on <= ends_on),
    -- Rule G2: a signed agreement without a host or a pool manager cannot be in force.
    check (not (status = 'IN_FORCE' and evidence = 'SIGNED'
                and (host_id is null or pool_manager is null)))
);
create index partnership_agreement_by_title on partnership_agreement (title, id);
create index partnership_agreement_by_host on partnership_agreement (host_id);

create table agreement_partner (
    agreement_id {uuid} not null references partnership_agreement (id),
    organisation_id {uuid} not null references organisation (id),
    position integer not null,
    joined_on date not null,
    left_on date,
    primary key (agreement_id, organisation_id),
    unique (agreement_id, position)
);
create index agreement_partner_by_organisation on agreement_partner (organisation_id, agreement_id);

create table pooled_fund (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    reference text not null unique check (length(reference) between 1 and 60),
    name text not null check (length(name) between 1 and 300),
    kind text not null,
    over_programming_approval text,
    version integer not null default 1
);
create index pooled_fund_by_agreement on pooled_fund (agreement_id, name);
create index pooled_fund_by_name on pooled_fund (name, id);

-- What each organisation may see: one row an organisation and root (agreement or fund), derived
-- from host, partners and funded providers in the transaction that changes them.
create table access (
    organisation_id {uuid} not null references organisation (id),
    root_id {uuid} not null,
    is_host boolean not null,
    is_partner boolean not null,
    is_funded_provider boolean not null,
    primary key (organisation_id, root_id)
);
create index access_by_root on access (root_id);

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
    known_at {bigint} not null
);
