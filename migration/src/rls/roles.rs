//! Roles belong to the whole cluster: several databases share them.

/// Creates the roles that are missing, without passwords: who may log in as them the operator
/// decides. Several databases may be migrated at once.
pub(super) const CREATE: &str = "
do $$ declare
    wanted record;
begin
    for wanted in values
        ('tributary_facts', 'nologin'), ('tributary_server', 'login'), ('tributary_jobs', 'login')
    loop
        if not exists (select from pg_roles where rolname = wanted.column1) then
            begin
                execute format('create role %I %s nosuperuser nobypassrls nocreatedb nocreaterole',
                               wanted.column1, wanted.column2);
            exception
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then
                    raise exception 'the role % is missing, and % may not create it: create it, '
                        'or migrate as a role with CREATEROLE', wanted.column1, current_user;
            end;
        end if;
    end loop;
    -- What is handed to the facts'' role is handed over by a member of it.
    if not pg_has_role(current_user, 'tributary_facts', 'member') then
        execute format('grant tributary_facts to %I', current_user);
    end if;
end $$;
";
