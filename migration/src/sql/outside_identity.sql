-- Whom an outside issuer knows by which subject: recorded by an ADMIN, for its own organisation only.
create table outside_identity (
    id {uuid} primary key,
    organisation_id {uuid} not null references organisation (id),
    account_id {uuid} not null references account (id),
    issuer text not null check (length(issuer) between 1 and 255),
    subject text not null check (length(subject) between 1 and 255),
    linked_at {bigint} not null,
    ended_at {bigint} check (ended_at >= linked_at)
);
create unique index outside_identity_once
    on outside_identity (organisation_id, issuer, subject) where ended_at is null;
create index outside_identity_by_subject on outside_identity (issuer, subject, organisation_id);
create index outside_identity_by_organisation on outside_identity (organisation_id, id);
