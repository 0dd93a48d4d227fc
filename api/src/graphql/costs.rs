//! What fields cost where the schema's conventions say too little or too much. The schema itself says
//! it, by these directives: clients read it there, and the gate counts by it before anything is read.

use async_graphql::TypeDirective;

/// The weight of what is computed from many rows each time it is asked for.
pub const COMPUTED: u32 = 20;

/// The links that are reckoned with under one link of a chain. A whole chain is one statement, and
/// chains are deeper than they are wide: reckoned as other lists are, a tree five links deep would
/// be more than a request may ask for.
pub const UNDER_A_LINK: u32 = 4;

/// What a field weighs each time that it is answered. Without it a field weighs 1, and a field of a
/// mutation 20. Weights are added up to the cost of a request (`rateLimit`).
#[TypeDirective(location = "FieldDefinition", name = "cost")]
pub fn cost(#[graphql(desc = "The weight, in units of cost.")] weight: u32) {}

/// How many objects a list counts as before it is read. Without it a list that has `first` or `last`
/// is as long as they say, or 100, and another list is ten long.
#[TypeDirective(location = "FieldDefinition", name = "listSize")]
pub fn list_size(
    #[graphql(desc = "The length where no argument tells it.")] assumed_size: u32,
    #[graphql(desc = "The arguments that tell it; of a list, by its own length.")]
    slicing_arguments: Option<Vec<String>>,
) {
}
