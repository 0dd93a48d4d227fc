create table organisation (
    id {uuid} primary key,
    name text not null check (length(name) between 1 and 300),
    kind text not null,
    opened_on date,
    closed_on date,
    postcode text,
    is_placeholder boolean not null default false,
    merged_into_id {uuid} references organisation (id),
    version integer not null default 1,
    check (closed_on is null or opened_on is null or opened_on <= closed_on)
);
create index organisation_by_name on organisation (name, id);
create index organisation_by_opening on organisation (coalesce(opened_on, '0001-01-01'), id);
create index organisation_by_kind on organisation (kind);
create index organisation_by_merger on organisation (merged_into_id);

create table organisation_identifier (
    scheme text not null,
    value text not null check (length(value) between 1 and 40),
    organisation_id {uuid} not null references organisation (id),
    primary key (scheme, value, organisation_id)
);
create index organisation_identifier_by_organisation on organisation_identifier (organisation_id);

create table organisation_role (
    organisation_id {uuid} not null references organisation (id),
    code text not null,
    is_primary boolean not null,
    primary key (organisation_id, code)
);

create table organisation_relationship (
    organisation_id {uuid} not null references organisation (id),
    kind text not null,
    related_id {uuid} not null references organisation (id),
    starts_on date,
    ends_on date,
    share_numerator {bigint},
    share_denominator {bigint},
    basis text,
    primary key (organisation_id, kind, related_id)
);
create index organisation_relationship_by_related on organisation_relationship (related_id);

create table organisation_succession (
    predecessor_id {uuid} not null references organisation (id),
    successor_id {uuid} not null references organisation (id),
    effective_on date not null,
    primary key (predecessor_id, successor_id),
    check (predecessor_id <> successor_id)
);
create index organisation_succession_by_successor on organisation_succession (successor_id);

create table external_reference (
    owner_id {uuid} not null references organisation (id),
    system text not null check (length(system) between 1 and 60),
    value text not null check (length(value) between 1 and 200),
    object_kind text not null,
    object_id {uuid} not null,
    primary key (owner_id, system, value),
    unique (owner_id, system, object_id)
);
create index external_reference_by_object on external_reference (object_id);

create table code_list_entry (
    list text not null,
    code text not null,
    valid_from integer not null,
    valid_to integer,
    label text not null,
    is_ring_fenced boolean not null default false,
    primary key (list, code, valid_from),
    check (valid_to is null or valid_from <= valid_to)
);

create table ring_fence (
    source_code text not null,
    scheme_type_code text not null,
    primary key (source_code, scheme_type_code)
);

create table import_job (
    id {uuid} primary key,
    organisation_id {uuid} references organisation (id),
    started_by {uuid},
    kind text not null,
    status text not null,
    is_dry_run boolean not null,
    rows_total {bigint} not null,
    rows_done {bigint} not null,
    report text,
    started_at {bigint} not null,
    finished_at {bigint}
);
