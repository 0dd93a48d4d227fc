-- What waits for its place in the order of changes, and an act for its seal as well. `place` is drawn
-- when the row is written; SQLite writes in one transaction at a time.
create table change_waiting (
    place integer primary key autoincrement,
    act_id blob unique,
    kind text not null check (kind in ('CHANGED', 'ENTERED', 'LEFT')),
    holder_id blob,
    object_kind text,
    root_id blob,
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

drop trigger audit_act_waits;
create trigger audit_act_waits after insert on audit_act
begin insert into change_waiting (act_id, kind) values (new.id, 'CHANGED'); end;
-- The server of an earlier version seals no act without its change: it has nothing to seal any more.
drop table audit_unsealed;

create trigger change_no_update before update on change
begin select raise(abort, 'change is append-only'); end;
create trigger change_no_delete before delete on change
when old.sequence > (select floor from change_mark)
begin select raise(abort, 'change is append-only'); end;
-- INSERT OR REPLACE deletes without asking the delete trigger.
create trigger change_no_replace before insert on change
when exists (select 1 from change where sequence = new.sequence)
begin select raise(abort, 'change is append-only'); end;

create trigger change_mark_no_insert before insert on change_mark
begin select raise(abort, 'change_mark is append-only'); end;
create trigger change_mark_no_delete before delete on change_mark
begin select raise(abort, 'change_mark is append-only'); end;
create trigger change_mark_goes_on before update on change_mark
when new.head < old.head or new.floor < old.floor or new.told_day < old.told_day
begin select raise(abort, 'change_mark never goes back'); end;
