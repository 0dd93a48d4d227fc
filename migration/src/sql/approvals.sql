-- What somebody proposes, and what is applied once everybody whose approval it needs has approved
-- it (rules M13, G1). Where it stands follows from the tables below: nothing here changes.
create table proposal (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    fund_id {uuid} references pooled_fund (id),
    kind text not null,
    proposed_by_id {uuid},
    proposed_as_id {uuid} not null references organisation (id),
    proposed_on date not null,
    proposed_at {bigint} not null,
    content text not null,
    content_hash {bytes} not null,
    expires_on date not null,
    check (expires_on >= proposed_on)
);
create index proposal_by_agreement on proposal (agreement_id, proposed_at, id);
create index proposal_by_time on proposal (proposed_at, id);

-- Whose approvals it needs, fixed when it is proposed; and in which role, where one is needed.
create table proposal_need (
    proposal_id {uuid} not null references proposal (id),
    organisation_id {uuid} not null references organisation (id),
    place integer not null check (place > 0),
    role text,
    primary key (proposal_id, organisation_id)
);
create index proposal_need_by_organisation on proposal_need (organisation_id, proposal_id);

-- What was decided, by which body, and the hash of the content that it was decided about (rule G4).
create table proposal_decision (
    id {uuid} primary key,
    proposal_id {uuid} not null references proposal (id),
    organisation_id {uuid} not null references organisation (id),
    account_id {uuid},
    verdict text not null check (verdict in ('APPROVED', 'REFUSED', 'WITHDRAWN')),
    reason text,
    deciding_body text,
    decided_on date,
    minute_reference text,
    content_hash {bytes} not null,
    known_at {bigint} not null,
    -- A successor decides again, in the place of one that closed (rule G5).
    unique (proposal_id, organisation_id, verdict, known_at),
    check (verdict <> 'APPROVED'
        or (deciding_body is not null and decided_on is not null and minute_reference is not null)),
    check (verdict <> 'REFUSED' or reason is not null)
);

-- That it was applied, once, and what came of it.
create table proposal_application (
    proposal_id {uuid} primary key references proposal (id),
    result_id {uuid} not null,
    applied_at {bigint} not null
);

-- What somebody has at stake in a proposal, declared before it is decided (rule G3).
create table interest (
    id {uuid} primary key,
    proposal_id {uuid} not null references proposal (id),
    account_id {uuid} not null,
    organisation_id {uuid} not null references organisation (id),
    description text not null,
    declared_at {bigint} not null
);
create index interest_by_proposal on interest (proposal_id, declared_at, id);

-- Above how much a posting needs an approval, from a day on; none from a day on which it is lifted.
create table posting_limit (
    id {uuid} primary key,
    agreement_id {uuid} not null references partnership_agreement (id),
    amount_pence {bigint} check (amount_pence >= 0),
    starts_on date not null,
    known_at {bigint} not null
);
create index posting_limit_by_agreement on posting_limit (agreement_id, starts_on, known_at);
