create function act_waits() returns trigger language plpgsql as $$
begin
    insert into audit_unsealed (act_id) values (new.id);
    return new;
end $$;
create trigger audit_act_waits after insert on audit_act
    for each row execute function act_waits();
