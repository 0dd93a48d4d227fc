-- What buyers of subcontracts paid their sellers, and when (rule C11). A payment is recorded by the
-- one and confirmed by the other; what was recorded wrongly is withdrawn, and recorded again.
create table chain_payment (
    id {uuid} primary key,
    subcontract_id {uuid} not null references subcontract (id),
    invoice_reference text not null check (length(invoice_reference) between 1 and 100),
    -- Counts how often the invoice was recorded: of two at once the second is refused.
    number integer not null check (number > 0),
    invoice_received_on date not null,
    amount_pence {bigint} not null check (amount_pence > 0),
    paid_on date not null,
    -- The payment terms of the subcontract when it was recorded: what is late is held against them.
    payment_days integer check (payment_days between 0 and 365),
    on_behalf boolean not null,
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    unique (subcontract_id, invoice_reference, number),
    check (invoice_received_on <= paid_on and paid_on <= recorded_on)
);
create index chain_payment_by_day on chain_payment (subcontract_id, paid_on);

create table chain_payment_act (
    payment_id {uuid} not null references chain_payment (id),
    number integer not null check (number > 0),
    kind text not null check (kind in ('CONFIRMED', 'CONTESTED', 'WITHDRAWN')),
    received_on date,
    reason text check (length(reason) between 1 and 1000),
    recorded_by_id {uuid},
    recorded_as_id {uuid} not null references organisation (id),
    recorded_on date not null,
    recorded_at {bigint} not null,
    primary key (payment_id, number),
    check ((kind = 'CONFIRMED') = (received_on is not null)),
    check ((kind = 'CONFIRMED') = (reason is null)),
    check (received_on <= recorded_on)
);
