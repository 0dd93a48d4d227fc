-- What a fund's host reports of a quarter or a year, in versions that are never overwritten.
create table fund_return (
    id {uuid} primary key,
    fund_id {uuid} not null references pooled_fund (id),
    financial_year integer not null,
    span text not null check (span in ('Q1', 'Q2', 'Q3', 'Q4', 'YEAR')),
    version integer not null check (version > 0),
    as_of date not null,
    due_on date not null,
    commentary text not null,
    narrative_above_pence {bigint} check (narrative_above_pence >= 0),
    narrative_above_points integer check (narrative_above_points >= 0),
    recorded_at {bigint} not null,
    unique (fund_id, financial_year, span, version)
);

create table fund_return_narrative (
    return_id {uuid} not null references fund_return (id),
    scheme_id {uuid} not null references scheme (id),
    narrative text not null,
    primary key (return_id, scheme_id)
);

-- The figures, frozen: the same return answers the same for ever.
create table return_submission (
    return_id {uuid} primary key references fund_return (id),
    known_at {bigint} not null,
    submitted_on date not null,
    rule_version integer not null,
    forecast_version integer,
    content text not null,
    content_hash {bytes} not null,
    submitted_by_id {uuid},
    submitted_as_id {uuid} not null references organisation (id)
);

create table return_answer (
    return_id {uuid} not null references return_submission (return_id),
    number integer not null check (number > 0),
    partner_id {uuid} not null references organisation (id),
    place integer not null,
    kind text not null check (kind in ('QUERIED', 'ANSWERED', 'AGREED')),
    reason text,
    deciding_body text,
    decided_on date,
    minute_reference text,
    said_by_id {uuid},
    said_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null,
    primary key (return_id, number),
    check (kind = 'AGREED' or reason is not null),
    check ((kind = 'AGREED') = (minute_reference is not null))
);

create table return_approval (
    return_id {uuid} primary key references return_submission (return_id),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    approved_by_id {uuid} not null,
    approved_as_id {uuid} not null references organisation (id),
    approved_at {bigint} not null
);

-- How a partner accounts for its share of a fund in a year, in its own words: the last counts.
create table accounting_treatment (
    fund_id {uuid} not null references pooled_fund (id),
    financial_year integer not null,
    partner_id {uuid} not null references organisation (id),
    number integer not null check (number > 0),
    treatment text not null check (length(treatment) between 1 and 2000),
    stated_as_id {uuid} not null references organisation (id),
    stated_on date not null,
    recorded_at {bigint} not null,
    primary key (fund_id, financial_year, partner_id, number)
);
