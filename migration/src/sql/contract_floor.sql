-- What the providers of a contract have to keep themselves, so that no more than the rest of a year's
-- value is passed on (rule C2).
alter table contract_terms add column floor_basis_points {bigint} not null default 0
    check (floor_basis_points between 0 and 10000);
