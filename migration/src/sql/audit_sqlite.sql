create trigger audit_act_waits after insert on audit_act
begin insert into audit_unsealed (act_id) values (new.id); end;

-- INSERT OR REPLACE deletes without asking the delete trigger.
create trigger audit_act_no_replace before insert on audit_act
when exists (select 1 from audit_act where id = new.id)
begin select raise(abort, 'audit_act is append-only'); end;

create trigger audit_seal_no_replace before insert on audit_seal
when exists (select 1 from audit_seal
              where act_id = new.act_id
                 or (chain_id = new.chain_id and sequence = new.sequence))
begin select raise(abort, 'audit_seal is append-only'); end;
