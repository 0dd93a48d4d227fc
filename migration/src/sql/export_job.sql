create table export_job (
    id {uuid} primary key,
    organisation_id {uuid} not null references organisation (id),
    holder_id {uuid} not null,
    started_by {uuid},
    kind text not null,
    format text not null check (format in ('JSON_LINES', 'CSV')),
    fields text not null,
    status text not null
        check (status in ('RUNNING', 'READY', 'FAILED', 'CANCELLED', 'STALE', 'EXPIRED')),
    row_count {bigint} not null,
    size_bytes {bigint} not null,
    failure text,
    view_digest text not null,
    changes_cursor text,
    started_at {bigint} not null,
    alive_at {bigint} not null,
    finished_at {bigint},
    expires_at {bigint} not null
);
create index export_job_by_organisation on export_job (organisation_id, id);
create index export_job_by_status on export_job (status, expires_at);

create table export_piece (
    export_id {uuid} not null references export_job (id),
    number integer not null,
    first_byte {bigint} not null,
    content {bytes} not null,
    primary key (export_id, number)
);
