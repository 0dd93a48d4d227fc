-- What partners say they withhold of contributions: the last statement in effect counts.
create table contribution_withholding (
    id {uuid} primary key,
    contribution_id {uuid} not null references contribution (id),
    amount_pence {bigint} not null check (amount_pence >= 0),
    reason text not null check (length(reason) between 1 and 1000),
    effective_on date not null,
    known_at {bigint} not null
);
create index contribution_withholding_by_contribution
    on contribution_withholding (contribution_id, effective_on, known_at);
