-- What everybody may read of contracts: snapshots, never live rows (rule V5).
create table contract_publication (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
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
create index contract_publication_by_contract
    on contract_publication (contract_id, published_at, id);
create index contract_publication_by_time on contract_publication (published_at, id);
create index contract_publication_by_year
    on contract_publication (financial_year, published_at, id);

create table contract_publication_withdrawal (
    publication_id {uuid} primary key references contract_publication (id),
    reason text not null check (length(reason) between 1 and 1000),
    withdrawn_at {bigint} not null
);
