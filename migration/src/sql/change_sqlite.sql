-- What waits for its place in the order of changes: an act, which waits for its seal as well, and a root
-- of which somebody's view may be another. `place` is drawn
-- when the row is written; SQLite writes in one transaction at a time.
create table change_waiting (
    place integer primary key autoincrement,
    act_id blob unique,
    root_id blob,
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

drop trigger audit_act_waits;
create trigger audit_act_waits after insert on audit_act
begin insert into change_waiting (act_id) values (new.id); end;
-- The server of an earlier version seals no act without its change: it has nothing to seal any more.
drop table audit_unsealed;

create trigger change_no_update before update on change
begin select raise(abort, 'change is append-only'); end;
create trigger change_no_delete before delete on change
when old.sequence > (select floor from change_mark)
begin select raise(abort, 'change is append-only'); end;
-- INSERT OR REPLACE deletes without asking the delete trigger.
create trigger change_no_replace before insert on change
when exists (select 1 from change where sequence = new.sequence or id = new.id)
begin select raise(abort, 'change is append-only'); end;

create trigger change_mark_no_insert before insert on change_mark
begin select raise(abort, 'change_mark is append-only'); end;
create trigger change_mark_no_delete before delete on change_mark
begin select raise(abort, 'change_mark is append-only'); end;
create trigger change_mark_goes_on before update on change_mark
when new.head < old.head or new.floor < old.floor or new.told_day < old.told_day
   or new.kept_from < old.kept_from
begin select raise(abort, 'change_mark never goes back'); end;
