-- Above which variance of a scheme the partners have agreed that a return says why, from a day on;
-- without a bound from a day on which nothing is asked any more.
create table narrative_threshold (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    starts_on date not null,
    amount_pence {bigint} check (amount_pence >= 0),
    basis_points integer check (basis_points >= 0),
    deciding_body text not null,
    decided_on date not null,
    minute_reference text not null,
    recorded_on date not null,
    known_at {bigint} not null
);
create index narrative_threshold_by_agreement
    on narrative_threshold (agreement_id, starts_on, known_at);
