-- What a team validates, too, has a limit.
alter table team_limit drop constraint team_limit_kind_check;
alter table team_limit add constraint team_limit_kind_check
    check (kind in ('POSTING', 'COMMITMENT', 'VIREMENT', 'OUTCOME_PAY'));
