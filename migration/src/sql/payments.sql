-- Files on their way to the import that uses them: an organisation's own, for a day at most.
create table upload (
    id {uuid} primary key,
    organisation_id {uuid} not null references organisation (id),
    uploaded_by_id {uuid},
    content {bytes} not null,
    uploaded_at {bigint} not null
);
create index upload_by_organisation on upload (organisation_id, uploaded_at);

-- The lines of payments files that were posted, by what their publisher knows them by.
create table payment_line (
    fund_id {uuid} not null references pooled_fund (id),
    publisher text not null,
    key text not null check (length(key) between 1 and 200),
    occurrence integer not null check (occurrence > 0),
    content_hash {bytes} not null,
    paid_on date not null,
    amount_pence {bigint} not null check (amount_pence <> 0),
    transaction_id {uuid} not null unique references ledger_transaction (id),
    primary key (fund_id, publisher, key, occurrence)
);
