create table team_post (
    id {uuid} primary key,
    team_id {uuid} not null references team (id),
    title text not null check (length(title) between 1 and 200),
    employer_id {uuid} not null references organisation (id),
    function text not null check (length(function) between 1 and 200),
    whole_time_equivalent_thousandths integer not null
        check (whole_time_equivalent_thousandths > 0),
    arrangement text not null
        check (arrangement in ('EMPLOYED', 'SECONDED', 'HONORARY', 'SHARED')),
    cost_pence {bigint} not null check (cost_pence >= 0),
    starts_on date not null,
    ends_on date,
    version integer not null default 1
    -- One that ends before it starts was withdrawn.
);
create index team_post_by_team on team_post (team_id, starts_on);

create table team_post_share (
    post_id {uuid} not null references team_post (id),
    position integer not null,
    partner_id {uuid} not null references organisation (id),
    weight {bigint} not null check (weight > 0),
    primary key (post_id, position),
    unique (post_id, partner_id)
);

create table team_member (
    id {uuid} primary key,
    team_id {uuid} not null references team (id),
    account_id {uuid} not null references account (id),
    -- Through which of the account's organisations it sits on the team.
    employer_id {uuid} not null references organisation (id),
    post_id {uuid} references team_post (id),
    role text not null check (role in ('COMMISSIONER', 'FINANCE', 'APPROVER', 'VIEWER')),
    starts_on date not null,
    ends_on date
);
create index team_member_by_team on team_member (team_id, starts_on);
create index team_member_by_account on team_member (account_id, team_id);

-- What a team may decide alone. A new limit stands beside the old ones, from its own first day on.
create table team_limit (
    id {uuid} primary key,
    team_id {uuid} not null references team (id),
    kind text not null check (kind in ('POSTING', 'COMMITMENT', 'VIREMENT')),
    amount_pence {bigint} not null check (amount_pence >= 0),
    starts_on date not null,
    ends_on date,
    recorded_at {bigint} not null,
    check (ends_on is null or starts_on <= ends_on)
);
create index team_limit_by_team on team_limit (team_id, starts_on);

create table team_function (
    id {uuid} primary key,
    team_id {uuid} not null references team (id),
    name text not null check (length(name) between 1 and 200),
    starts_on date not null,
    moved_to_provider_id {uuid} references organisation (id),
    moved_on date,
    check ((moved_to_provider_id is null) = (moved_on is null)),
    check (moved_on is null or starts_on <= moved_on)
);
create index team_function_by_team on team_function (team_id, starts_on);

alter table session add column team_id {uuid} references team (id);
