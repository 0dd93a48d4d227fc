-- Delegated budgets are roots of views too.
alter table access drop constraint access_root_kind_check;
alter table access add constraint access_root_kind_check
    check (root_kind in ('AGREEMENT', 'FUND', 'CONTRACT', 'LINK', 'BUDGET'));
