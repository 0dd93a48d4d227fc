-- What changed, in the one order in which it was found committed: 1, 2, 3 and so on without a gap.
-- An act of audit is something that CHANGED; that a holder's view of a root begins or ends is told to
-- that holder alone.
create table change (
    sequence {bigint} primary key check (sequence > 0),
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
create index change_by_root on change (root_id, sequence);
create index change_by_holder on change (holder_id, sequence) where holder_id is not null;

-- How far the order is: the last that was given its place, the last that is kept no more, and the last
-- day of which it was told whose views begin and end by its coming.
create table change_mark (
    id integer primary key check (id = 1),
    head {bigint} not null,
    floor {bigint} not null check (floor <= head),
    told_day date
);
insert into change_mark (id, head, floor) values (1, 0, 0);
