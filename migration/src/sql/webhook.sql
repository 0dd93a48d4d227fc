-- Of a secret only what it is made from: the other part is the installation's own.
create table webhook (
    id {uuid} primary key,
    organisation_id {uuid} not null references organisation (id),
    made_by {uuid} references account (id),
    url text not null,
    kinds text not null,
    object_types text not null,
    secret_salt {bytes} not null,
    previous_salt {bytes},
    previous_signs_until_at {bigint},
    sequence {bigint} not null,
    after_change {uuid},
    after_day date not null,
    pending_until {bigint},
    pending_id {uuid},
    ping_id {uuid},
    disabled_because text check (disabled_because in
        ('ADMIN', 'MAKER_IS_NO_ADMIN', 'RECEIVER_IS_GONE', 'FAILED_TOO_LONG', 'RESYNC')),
    failures integer not null,
    failing_since_at {bigint},
    next_try_at {bigint} not null,
    leased_until_at {bigint},
    delivered_at {bigint},
    failed_at {bigint},
    last_failure text,
    created_at {bigint} not null,
    version integer not null,
    check ((pending_until is null) = (pending_id is null)),
    check ((previous_salt is null) = (previous_signs_until_at is null))
);
create index webhook_by_organisation on webhook (organisation_id, id);
create index webhook_by_next_try on webhook (next_try_at);

create table webhook_attempt (
    id {uuid} primary key,
    webhook_id {uuid} not null references webhook (id),
    message_id {uuid} not null,
    is_ping boolean not null,
    changes integer not null,
    began_at {bigint} not null,
    took_ms integer not null,
    outcome text not null check (outcome in
        ('DELIVERED', 'REFUSED', 'REDIRECTED', 'GONE', 'TIMED_OUT', 'UNREACHABLE', 'UNRESOLVED',
         'PRIVATE_ADDRESS')),
    http_status integer
);
create index webhook_attempt_by_webhook on webhook_attempt (webhook_id, id);
