-- What has to be done under an agreement, and by when.
create table due_date (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    kind text not null check (kind in ('MEETING', 'REPORT', 'BUDGET_SETTING', 'REVIEW')),
    title text not null check (length(title) between 1 and 300),
    due_on date not null,
    owner_id {uuid} references organisation (id),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null
);
create index due_date_by_agreement on due_date (agreement_id, due_on);

create table due_date_outcome (
    due_date_id {uuid} primary key references due_date (id),
    outcome text not null check (outcome in ('MET', 'CANCELLED')),
    happened_on date not null,
    evidence text not null check (length(evidence) between 1 and 1000),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null
);

-- Partners that give notice, and withdraw it.
create table notice (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    organisation_id {uuid} not null references organisation (id),
    given_on date not null,
    takes_effect_on date not null,
    reason text not null check (length(reason) between 1 and 1000),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null,
    check (given_on <= takes_effect_on)
);
create index notice_by_agreement on notice (agreement_id, given_on);

create table notice_withdrawal (
    notice_id {uuid} primary key references notice (id),
    withdrawn_on date not null,
    reason text not null check (length(reason) between 1 and 1000),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null
);

-- Disputes, and the ladder by which they go.
create table dispute_rung (
    agreement_id {uuid} not null references partnership_agreement (id),
    version integer not null check (version > 0),
    number integer not null check (number > 0),
    name text not null check (length(name) between 1 and 200),
    within_days integer check (within_days between 1 and 3650),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null,
    primary key (agreement_id, version, number)
);

create table dispute (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    fund_id {uuid} references pooled_fund (id),
    financial_year integer,
    amount_pence {bigint} check (amount_pence > 0),
    raised_by_id {uuid} not null references organisation (id),
    raised_on date not null,
    matter text not null check (length(matter) between 1 and 2000),
    ladder_version integer not null check (ladder_version > 0),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null
);
create index dispute_by_agreement on dispute (agreement_id, raised_on);

create table dispute_party (
    dispute_id {uuid} not null references dispute (id),
    organisation_id {uuid} not null references organisation (id),
    primary key (dispute_id, organisation_id)
);

create table dispute_step (
    dispute_id {uuid} not null references dispute (id),
    number integer not null check (number > 0),
    taken_on date not null,
    outcome text not null check (length(outcome) between 1 and 2000),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null,
    primary key (dispute_id, number)
);

create table dispute_end (
    dispute_id {uuid} primary key references dispute (id),
    kind text not null check (kind in ('RESOLVED', 'WITHDRAWN')),
    ended_on date not null,
    outcome text not null check (length(outcome) between 1 and 2000),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null
);
