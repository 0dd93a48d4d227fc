-- Who, acting as whom, did what to what. An act without an organisation is the operator's.
create table audit_act (
    id {uuid} primary key,
    recorded_at {bigint} not null,
    request_id {uuid},
    account_id {uuid},
    organisation_id {uuid} references organisation (id),
    team_id {uuid},
    action text not null,
    object_kind text not null,
    object_id {uuid} not null,
    root_id {uuid},
    field_group text,
    effective_on date,
    before text,
    after text
);
create index audit_act_by_organisation on audit_act (organisation_id, recorded_at, id);
create index audit_act_by_root on audit_act (root_id, recorded_at, id);

-- The chain of an organisation's acts, in the order of sealing. The operator's chain goes by the
-- identity that is all zeros, because nulls are never unique.
create table audit_seal (
    act_id {uuid} primary key references audit_act (id),
    chain_id {uuid} not null,
    sequence {bigint} not null check (sequence > 0),
    previous_hash {bytes} not null,
    hash {bytes} not null,
    unique (chain_id, sequence)
);

-- The acts that wait for their seal, so that looking for them costs nothing when there are none.
create table audit_unsealed (
    act_id {uuid} primary key
);
