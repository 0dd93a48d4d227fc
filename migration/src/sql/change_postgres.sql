-- A server of an earlier version may be at work: its acts are waited for, and so is its sealer.
lock table audit_act in share row exclusive mode;
lock table audit_unsealed in access exclusive mode;

-- What waits for its place in the order of changes, and an act for its seal as well. `place` is drawn
-- when the row is written, which is after its transaction has got its locks: changes of one thing wait
-- in the order in which they are committed.
create table change_waiting (
    place bigint generated always as identity primary key,
    act_id uuid unique,
    kind text not null check (kind in ('CHANGED', 'ENTERED', 'LEFT')),
    holder_id uuid,
    object_kind text,
    root_id uuid,
    recorded_at bigint,
    check ((kind = 'CHANGED') = (act_id is not null)),
    check ((kind = 'CHANGED') = (holder_id is null)),
    check ((kind = 'CHANGED') = (object_kind is null)),
    check ((kind = 'CHANGED') = (root_id is null)),
    check ((kind = 'CHANGED') = (recorded_at is null))
);
insert into change_waiting (act_id, kind)
    select u.act_id, 'CHANGED' from audit_unsealed u join audit_act a on a.id = u.act_id
     order by a.recorded_at, a.id;

create or replace function act_waits() returns trigger language plpgsql as $$
begin
    insert into change_waiting (act_id, kind) values (new.id, 'CHANGED');
    return new;
end $$;
-- The server of an earlier version seals no act without its change: it has nothing to seal any more.
drop table audit_unsealed cascade;

create trigger change_no_update before update or truncate on change
    for each statement execute function refuse_change();
create function change_is_kept() returns trigger language plpgsql as $$
begin
    if old.sequence > (select floor from change_mark) then
        raise exception 'change is append-only';
    end if;
    return old;
end $$;
create trigger change_no_delete before delete on change
    for each row execute function change_is_kept();

create trigger change_mark_stays before insert or delete or truncate on change_mark
    for each statement execute function refuse_change();
create function mark_goes_on() returns trigger language plpgsql as $$
begin
    if new.head < old.head or new.floor < old.floor or new.told_day < old.told_day then
        raise exception 'change_mark never goes back';
    end if;
    return new;
end $$;
create trigger change_mark_goes_on before update on change_mark
    for each row execute function mark_goes_on();
