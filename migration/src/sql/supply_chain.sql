-- The links of supply chains (rules C2, C3 and C10). What stands in a link's own row is how it stands
-- now; what was said and decided, its values and its clauses are added and never changed.
create table subcontract (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    -- Null directly under the head contract, which is at tier 0.
    parent_id {uuid} references subcontract (id),
    tier integer not null check (tier > 0),
    buyer_id {uuid} not null references organisation (id),
    seller_id {uuid} not null references organisation (id),
    reference text not null check (length(reference) between 1 and 100),
    service text not null check (length(service) between 1 and 200),
    starts_on date not null,
    ends_on date not null,
    is_material boolean not null,
    is_open_book boolean not null,
    floor_basis_points {bigint} not null check (floor_basis_points between 0 and 10000),
    payment_days integer check (payment_days between 0 and 365),
    on_behalf boolean not null,
    confirmation text not null check (confirmation in ('RECORDED', 'CONFIRMED', 'CONTESTED')),
    approval text not null check (approval in ('NOT_NEEDED', 'AWAITED', 'APPROVED', 'REFUSED')),
    decided_on date,
    value_version integer check (value_version > 0),
    version integer not null default 1,
    recorded_on date not null,
    -- The day on which something was last said or decided about it.
    changed_on date not null,
    recorded_at {bigint} not null,
    -- References are told apart by their owners, so that nobody learns of another's (rule V8).
    unique (buyer_id, reference),
    check (buyer_id <> seller_id),
    check ((parent_id is null) = (tier = 1)),
    check (is_material = (approval <> 'NOT_NEEDED')),
    check ((approval in ('APPROVED', 'REFUSED')) = (decided_on is not null))
);
create index subcontract_by_contract on subcontract (contract_id, tier, id);
create index subcontract_by_seller on subcontract (seller_id);

-- Confidential apart from the terms, so that it has rows and versions of its own (rule V8).
create table subcontract_value (
    subcontract_id {uuid} not null references subcontract (id),
    version integer not null check (version > 0),
    financial_year integer not null,
    amount_pence {bigint} check (amount_pence >= 0),
    from_basis_points {bigint} check (from_basis_points >= 0),
    to_basis_points {bigint} check (to_basis_points between from_basis_points and 10000),
    recorded_at {bigint} not null,
    primary key (subcontract_id, version, financial_year),
    check ((amount_pence is null) = (from_basis_points is not null)),
    check ((from_basis_points is null) = (to_basis_points is null))
);

create table subcontract_clause (
    subcontract_id {uuid} not null references subcontract (id),
    clause text not null check (length(clause) between 1 and 200),
    version integer not null check (version > 0),
    status text not null check (status in ('REQUIRED', 'FLOWED_DOWN', 'NOT_APPLICABLE')),
    note text check (length(note) between 1 and 1000),
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (subcontract_id, clause, version)
);

create table subcontract_act (
    subcontract_id {uuid} not null references subcontract (id),
    version integer not null check (version > 1),
    kind text not null check (kind in ('CONFIRMED', 'CONTESTED', 'APPROVED', 'REFUSED', 'ENDED')),
    effective_on date not null,
    reason text check (length(reason) between 1 and 1000),
    deciding_body text,
    document_reference text,
    recorded_as_id {uuid} not null references organisation (id),
    recorded_at {bigint} not null,
    primary key (subcontract_id, version),
    check (kind not in ('CONTESTED', 'REFUSED', 'ENDED') or reason is not null),
    check (kind not in ('APPROVED', 'REFUSED')
        or (deciding_body is not null and document_reference is not null))
);
