-- What a team validates, too, has a limit. This engine changes no condition of a table: it is made anew.
create table team_limit_of_kinds (
    id {uuid} primary key,
    team_id {uuid} not null references team (id),
    kind text not null check (kind in ('POSTING', 'COMMITMENT', 'VIREMENT', 'OUTCOME_PAY')),
    amount_pence {bigint} not null check (amount_pence >= 0),
    starts_on date not null,
    ends_on date,
    recorded_at {bigint} not null,
    check (ends_on is null or starts_on <= ends_on)
);
insert into team_limit_of_kinds select * from team_limit;
drop table team_limit;
alter table team_limit_of_kinds rename to team_limit;
create index team_limit_by_team on team_limit (team_id, starts_on);
