create table service_account (
    id {uuid} primary key,
    organisation_id {uuid} not null references organisation (id),
    name text not null check (length(name) between 1 and 100),
    scopes text not null check (length(scopes) > 0),
    created_at {bigint} not null,
    disabled_at {bigint}
);
create index service_account_by_organisation on service_account (organisation_id, id);

create table service_account_key (
    id {uuid} primary key,
    service_account_id {uuid} not null references service_account (id),
    hash {bytes} not null unique,
    created_at {bigint} not null,
    expires_at {bigint} not null,
    revoked_at {bigint},
    last_used_on date,
    -- No key lasts longer than 365 days, in microseconds.
    check (expires_at > created_at and expires_at - created_at <= 31536000000000)
);
create index service_account_key_by_account on service_account_key (service_account_id, id);

create table revoked_token (
    jti {uuid} primary key,
    expires_at {bigint} not null
);

create index session_by_account on session (account_id, id);
create index refresh_token_by_session on refresh_token (session_id, expires_at);
