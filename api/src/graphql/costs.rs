//! What fields come to where the schema's conventions say too much: the gate counts by it before
//! anything is read.

use gate::{CostTable, FieldCost, ListSize};

use super::SERVED;

/// The links that are reckoned with under one link of a chain. A whole chain is one statement, and
/// chains are deeper than they are wide: reckoned as other lists are, a tree five links deep would
/// be more than a request may ask for.
const UNDER_A_LINK: u64 = 4;

/// The costs of the schema that is served.
pub fn costs() -> CostTable {
    let mut costs = CostTable::of_conventions(&SERVED);
    let children =
        ListSize { assumed: UNDER_A_LINK, slicing_arguments: Vec::new(), sized_fields: Vec::new() };
    let children = FieldCost { weight: costs.weight, list: Some(children) };
    costs.set("SupplyChainBranch", "children", children);
    costs
}
