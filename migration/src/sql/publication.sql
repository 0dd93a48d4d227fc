-- What everybody may read: snapshots, never live rows (rule V5).
create table publication (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    financial_year integer not null,
    content text not null,
    content_hash {bytes} not null,
    items_held_back integer not null check (items_held_back >= 0),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    published_by_id {uuid},
    published_as_id {uuid} not null references organisation (id),
    published_at {bigint} not null
);
create index publication_by_time on publication (published_at, id);
create index publication_by_year on publication (financial_year, published_at, id);

create table publication_withdrawal (
    publication_id {uuid} primary key references publication (id),
    reason text not null check (length(reason) between 1 and 1000),
    withdrawn_at {bigint} not null
);
