-- Which of a closed party's several successors takes its place under a contract, where no agreement
-- says so (rule G5).
create table contract_takeover (
    contract_id {uuid} not null references contract (id),
    predecessor_id {uuid} not null references organisation (id),
    successor_id {uuid} not null references organisation (id),
    primary key (contract_id, predecessor_id)
);
