-- What published notices said of contracts, release by release, and which contract came of it.
create table contract_release (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    owner_id {uuid} not null references organisation (id),
    ocid text not null check (length(ocid) between 1 and 200),
    -- The award or contract of the process; empty of the process itself.
    part text not null check (length(part) <= 401),
    release_id text not null check (length(release_id) between 1 and 200),
    released_at {bigint} not null,
    said text not null,
    recorded_on date not null,
    known_at {bigint} not null
);
create index contract_release_by_process on contract_release (ocid, owner_id);
create index contract_release_by_contract on contract_release (contract_id);

-- Which placeholder stands for a party of notices whose codes nobody here has. Whoever imported them is
-- the organisation that did, or the operator.
create table published_party (
    importer text not null,
    scheme text not null check (length(scheme) between 1 and 200),
    value text not null check (length(value) between 1 and 300),
    organisation_id {uuid} not null references organisation (id),
    primary key (importer, scheme, value)
);
