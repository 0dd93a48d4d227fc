-- What the lead provider shares with the members of the consortium beside what is open anyway: what a
-- subcontract is worth, in which it buys or sells itself. Shared from a day on that is not over, so that
-- nothing is opened of days that have passed, and ended on one that is not over either.
create table consortium_share (
    subcontract_id {uuid} not null references subcontract (id),
    number integer not null check (number > 0),
    starts_on date not null,
    ends_on date,
    reason text not null check (length(reason) between 1 and 1000),
    document_reference text check (length(document_reference) between 1 and 200),
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (subcontract_id, number),
    check (recorded_on <= starts_on and starts_on <= ends_on)
);

create table consortium_share_end (
    subcontract_id {uuid} not null,
    number integer not null,
    ends_on date not null,
    reason text not null check (length(reason) between 1 and 1000),
    document_reference text check (length(document_reference) between 1 and 200),
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (subcontract_id, number),
    foreign key (subcontract_id, number) references consortium_share (subcontract_id, number),
    check (recorded_on <= ends_on)
);
