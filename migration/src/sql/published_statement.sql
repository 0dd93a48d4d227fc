-- What publishers printed about agreements and funds, as printed.
create table published_statement (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    fund_id {uuid} references pooled_fund (id),
    root_id {uuid} not null,
    publisher text not null check (length(publisher) between 1 and 300),
    source_title text not null check (length(source_title) between 1 and 500),
    source_address text check (length(source_address) between 1 and 1000),
    source_date text check (length(source_date) between 1 and 40),
    financial_year integer not null,
    period integer check (period between 1 and 14),
    as_at date not null,
    unit text not null
        check (unit in ('POUNDS', 'THOUSANDS', 'MILLIONS', 'HUNDRED_MILLIONS', 'BILLIONS')),
    decimals integer not null check (decimals between 0 and 11),
    status text not null check (status in ('PLAN', 'FORECAST', 'OUTTURN')),
    note text check (length(note) between 1 and 2000),
    content text not null,
    supersedes_id {uuid} unique references published_statement (id),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null,
    check (root_id = coalesce(fund_id, agreement_id))
);
create index published_statement_by_year
    on published_statement (agreement_id, financial_year, recorded_at, id);
