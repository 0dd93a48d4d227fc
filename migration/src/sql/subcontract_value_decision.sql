-- What the commissioner decided about the raised value of a material subcontract (rule C3). Until then
-- the version waits: `subcontract.value_version` goes on to name the one before it.
create table subcontract_value_decision (
    subcontract_id {uuid} not null references subcontract (id),
    version integer not null check (version > 0),
    is_approved boolean not null,
    reason text check (length(reason) between 1 and 1000),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (subcontract_id, version),
    check (is_approved = (reason is null)),
    check (decided_on <= recorded_on)
);
