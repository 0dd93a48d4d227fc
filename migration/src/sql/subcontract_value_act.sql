-- What was said of the value of a link after it was recorded: confidential apart from the terms, so
-- that it has rows and versions of its own (rule V8).
alter table subcontract add column value_changed_on date;

create table subcontract_value_act (
    subcontract_id {uuid} not null references subcontract (id),
    -- The version of the values that is spoken of.
    version integer not null check (version > 0),
    number integer not null check (number > 0),
    kind text not null check (kind in ('CHANGED', 'CONFIRMED', 'CONTESTED')),
    reason text check (length(reason) between 1 and 1000),
    document_reference text check (length(document_reference) between 1 and 200),
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (subcontract_id, version, number),
    check ((kind = 'CHANGED') = (number = 1)),
    check (kind = 'CONFIRMED' or reason is not null)
);
