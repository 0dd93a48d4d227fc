-- What changed, in the one order in which it was found committed: 1, 2, 3 and so on without a gap.
-- An act of audit is something that CHANGED; that a holder's view of a root begins or ends is told to
-- that holder alone. `id` is what a holder knows a change by: it tells nobody how many there are.
create table change (
    sequence {bigint} primary key check (sequence > 0),
    id {uuid} not null unique,
    kind text not null check (kind in ('CHANGED', 'ENTERED', 'LEFT')),
    act_id {uuid} references audit_act (id),
    holder_id {uuid},
    object_kind text not null,
    object_id {uuid} not null,
    root_id {uuid},
    field_group text,
    effective_on date,
    recorded_at {bigint} not null,
    check ((kind = 'CHANGED') = (act_id is not null)),
    check ((kind = 'CHANGED') = (holder_id is null))
);
create index change_by_day on change (recorded_at);
create index change_by_root on change (root_id, sequence);
create index change_by_holder on change (holder_id, sequence) where holder_id is not null;

-- How far the order is: the last that was given its place, the last that is kept no more, the day
-- before which nothing is kept any more, and the last day of which it was told whose views begin and
-- end by its coming.
create table change_mark (
    id integer primary key check (id = 1),
    head {bigint} not null,
    floor {bigint} not null check (floor <= head),
    kept_from date,
    told_day date
);
insert into change_mark (id, head, floor) values (1, 0, 0);

-- What each holder was told of its view of each root, so that it is told what is new: the relations by
-- which it sees the root, a line each. Nothing of a root that is not open to more than who drafts it.
create table change_view (
    holder_id {uuid} not null,
    root_id {uuid} not null,
    root_kind text not null check (root_kind in ('AGREEMENT', 'FUND', 'CONTRACT', 'LINK', 'BUDGET')),
    is_open boolean not null,
    seen text not null,
    times {bigint} not null,
    primary key (holder_id, root_id)
);
create index change_view_by_root on change_view (root_id);
