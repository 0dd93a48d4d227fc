-- Delegated budgets are roots of views too. This engine changes no condition of a table: it is made
-- anew.
create table access_of_roots (
    holder_id {uuid} not null,
    root_id {uuid} not null,
    root_kind text not null check (root_kind in ('AGREEMENT', 'FUND', 'CONTRACT', 'LINK', 'BUDGET')),
    name text not null,
    reference text not null,
    starts_on date not null,
    windows {json} not null,
    primary key (holder_id, root_id)
);
insert into access_of_roots select * from access;
drop table access;
alter table access_of_roots rename to access;
create index access_by_root on access (root_id);
create index access_by_name on access (holder_id, root_kind, name, root_id);
create index access_by_reference on access (holder_id, root_kind, reference, root_id);
create index access_by_start on access (holder_id, root_kind, starts_on, root_id);
