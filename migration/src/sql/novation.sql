-- One contract in the place of others: which was replaced from when, and which came back. A contract is
-- replaced once at a time: of two that record the same number of it the second is refused.
create table novation (
    id {uuid} primary key,
    head_id {uuid} not null references contract (id),
    contract_id {uuid} not null references contract (id),
    number integer not null check (number > 0),
    effective_on date not null,
    document_reference text not null check (length(document_reference) between 1 and 300),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number),
    check (head_id <> contract_id)
);
create index novation_by_head on novation (head_id);

create table novation_unfolding (
    novation_id {uuid} primary key references novation (id),
    effective_on date not null,
    document_reference text not null check (length(document_reference) between 1 and 300),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null
);
