-- A server of an earlier version may be at work: its acts are waited for, and so is its sealer.
lock table audit_act in share row exclusive mode;
lock table audit_unsealed in access exclusive mode;

-- What waits for its place in the order of changes: an act, which waits for its seal as well, and a root
-- of which somebody's view may be another. `place` is drawn
-- when the row is written, which is after its transaction has got its locks: changes of one thing wait
-- in the order in which they are committed.
create table change_waiting (
    place bigint generated always as identity primary key,
    act_id uuid unique,
    root_id uuid,
    root_kind text,
    is_open boolean,
    check ((act_id is null) = (root_id is not null))
);
insert into change_waiting (act_id)
    select u.act_id from audit_unsealed u join audit_act a on a.id = u.act_id
     order by a.recorded_at, a.id;
-- Everybody is told of the views that there are.
insert into change_waiting (root_id, root_kind, is_open)
    select distinct a.root_id, a.root_kind, c.id is null or c.shared_on is not null
      from access a left join contract c on c.id = a.root_id;

create or replace function act_waits() returns trigger language plpgsql as $$
begin
    insert into change_waiting (act_id) values (new.id);
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
    if new.head < old.head or new.floor < old.floor or new.told_day < old.told_day
   or new.kept_from < old.kept_from then
        raise exception 'change_mark never goes back';
    end if;
    return new;
end $$;
create trigger change_mark_goes_on before update on change_mark
    for each row execute function mark_goes_on();
