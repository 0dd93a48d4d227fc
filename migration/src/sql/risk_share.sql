-- How the partners of an agreement share what some of its funds over- or underspend (rules R1 to R6).
create table risk_share (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    reference text not null check (length(reference) between 1 and 100),
    name text not null check (length(name) between 1 and 200),
    recorded_on date not null,
    unique (agreement_id, reference)
);

-- A fund is shared once, so that nothing is borne twice.
create table risk_share_fund (
    fund_id {uuid} primary key references pooled_fund (id),
    risk_share_id {uuid} not null references risk_share (id)
);
create index risk_share_fund_by_risk_share on risk_share_fund (risk_share_id);

create table risk_share_version (
    id {uuid} primary key,
    risk_share_id {uuid} not null references risk_share (id),
    number integer not null check (number > 0),
    effective_on date not null,
    content text not null,
    content_hash {bytes} not null,
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_on date not null,
    known_at {bigint} not null,
    unique (risk_share_id, number)
);

-- What a risk share came to for a closed year. A later one takes the place of the earlier.
create table settlement (
    id {uuid} primary key,
    risk_share_id {uuid} not null references risk_share (id),
    agreement_id {uuid} not null references partnership_agreement (id),
    financial_year integer not null,
    number integer not null check (number > 0),
    version_id {uuid} not null references risk_share_version (id),
    as_of date not null,
    known_at {bigint} not null,
    causes text not null,
    content text not null,
    content_hash {bytes} not null,
    claimed_by_id {uuid},
    claimed_as_id {uuid} not null references organisation (id),
    claimed_on date not null,
    claimed_at {bigint} not null,
    unique (risk_share_id, financial_year, number)
);

create table settlement_line (
    id {uuid} primary key,
    settlement_id {uuid} not null references settlement (id),
    party_id {uuid} not null references organisation (id),
    place integer not null check (place > 0),
    amount_pence {bigint} not null check (amount_pence <> 0),
    unique (settlement_id, party_id)
);

create table settlement_answer (
    id {uuid} primary key,
    line_id {uuid} not null references settlement_line (id),
    number integer not null check (number > 0),
    answer text not null check (answer in ('ACCEPTED', 'DISPUTED')),
    disputed_pence {bigint} not null,
    reason text,
    deciding_body text,
    decided_on date,
    minute_reference text,
    answered_by_id {uuid},
    answered_as_id {uuid} not null references organisation (id),
    known_at {bigint} not null,
    unique (line_id, number),
    check (answer <> 'DISPUTED' or (reason is not null and disputed_pence <> 0)),
    check (answer <> 'ACCEPTED' or (disputed_pence = 0 and deciding_body is not null
        and decided_on is not null and minute_reference is not null))
);
