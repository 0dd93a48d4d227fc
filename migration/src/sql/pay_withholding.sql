-- What is withheld of a contract's pay for a reason, and what becomes of it. A withholding is of some
-- months of one financial year; it is given back or retained bit by bit, and never changed.
create table pay_withholding (
    id {uuid} primary key,
    contract_id {uuid} not null references contract (id),
    -- Counts the contract's: of two at once the second is refused.
    number integer not null check (number > 0),
    component_id {uuid} references pay_component (id),
    financial_year integer not null,
    from_period integer not null check (from_period between 1 and 12),
    to_period integer not null check (to_period between 1 and 12),
    basis_points {bigint} check (basis_points between 1 and 10000),
    monthly_pence {bigint} check (monthly_pence > 0),
    reason_code text not null check (reason_code in ('ACTION_PLAN_NOT_AGREED',
        'ACTION_PLAN_BREACHED', 'INFORMATION_MISSING', 'QUALITY', 'OTHER')),
    reason text check (length(reason) between 1 and 2000),
    document_reference text not null check (length(document_reference) between 1 and 300),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    unique (contract_id, number),
    check (from_period <= to_period),
    check ((basis_points is null) <> (monthly_pence is null)),
    check (reason_code <> 'OTHER' or reason is not null)
);

create table pay_withholding_settlement (
    withholding_id {uuid} not null references pay_withholding (id),
    -- Counts what became of it: of two at once the second is refused.
    number integer not null check (number > 0),
    outcome text not null check (outcome in ('RELEASED', 'RETAINED')),
    effective_on date not null,
    -- None when it is all that is left, and the withholding ends.
    amount_pence {bigint} check (amount_pence > 0),
    reason text not null check (length(reason) between 1 and 2000),
    document_reference text not null check (length(document_reference) between 1 and 300),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    known_at {bigint} not null,
    primary key (withholding_id, number),
    check (effective_on <= recorded_on)
);

-- From when the rules of pay are of a version: what was asked before is answered as it was. An
-- installation that had no pay before has no past to keep.
create table pay_rule_version (
    version integer primary key check (version > 1),
    known_at {bigint} not null
);
