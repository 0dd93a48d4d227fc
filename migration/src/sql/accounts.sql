create table installation (
    id integer primary key check (id = 1),
    is_demonstration boolean not null,
    cursor_secret {bytes} not null
);

create table signing_key (
    id text primary key,
    private_key {bytes} not null,
    public_key {bytes} not null,
    created_at {bigint} not null,
    retired_at {bigint}
);

create table account (
    id {uuid} primary key,
    email text not null unique,
    password_hash text not null,
    disabled_at {bigint}
);

create table membership (
    id {uuid} primary key,
    account_id {uuid} not null references account (id),
    organisation_id {uuid} not null references organisation (id),
    role text not null,
    starts_on date not null,
    ends_on date,
    unique (account_id, organisation_id, role, starts_on)
);

create table session (
    id {uuid} primary key,
    account_id {uuid} not null references account (id),
    organisation_id {uuid} not null references organisation (id),
    started_at {bigint} not null,
    ended_at {bigint}
);

create table refresh_token (
    hash {bytes} primary key,
    session_id {uuid} not null references session (id),
    expires_at {bigint} not null,
    used_at {bigint}
);
