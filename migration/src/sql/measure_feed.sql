-- That what is done under a subcontract feeds a measure of the head contract's outcomes: from a day on,
-- until a day. The measure is that of a framework, which is kept as a text.
create table measure_feed (
    subcontract_id {uuid} not null references subcontract (id),
    number integer not null check (number > 0),
    measure_id {uuid} not null,
    starts_on date not null,
    ends_on date,
    document_reference text check (length(document_reference) between 1 and 200),
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (subcontract_id, number),
    check (starts_on <= ends_on)
);

create table measure_feed_end (
    subcontract_id {uuid} not null,
    number integer not null,
    ends_on date not null,
    reason text not null check (length(reason) between 1 and 1000),
    document_reference text check (length(document_reference) between 1 and 200),
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (subcontract_id, number),
    foreign key (subcontract_id, number) references measure_feed (subcontract_id, number),
    check (recorded_on <= ends_on)
);

-- What was submitted under a subcontract is numbered there too: the numbers of the contract would tell
-- its seller how much others submit.
alter table measurement add column subcontract_id {uuid} references subcontract (id);
alter table measurement add column subcontract_number integer check (subcontract_number > 0);
create unique index measurement_by_subcontract on measurement (subcontract_id, subcontract_number);

-- Whose measurement it is says whether it is so, of one that somebody else entered (rule C10): one answer
-- a measurement, and of two at once the second is refused.
create table measurement_answer (
    measurement_id {uuid} primary key references measurement (id),
    contract_id {uuid} not null references contract (id),
    answer text not null check (answer in ('CONFIRMED', 'CONTESTED')),
    reason text check (length(reason) between 1 and 1000),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    check (answer <> 'CONTESTED' or reason is not null)
);
create index measurement_answer_by_contract on measurement_answer (contract_id);
